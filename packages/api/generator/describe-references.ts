import { leafOf, type Definition, type Field } from './model';

const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

/**
 * Describes fields of which neither package has a text: client-node drops those of references, and kubernetes-models has no
 * versions that are off by default. Such a field gets the text of the type it refers to.
 */
export function describeReferences(definitions: readonly Definition[]): Definition[] {
  const texts = new Map(definitions.map(({ name, description }) => [name, description]));
  texts.set('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', `Standard object metadata. More info: ${CONVENTIONS}`);
  texts.set('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', `Standard list metadata. More info: ${CONVENTIONS}`);
  return definitions.map((definition) => ({ ...definition, fields: definition.fields.map((field) => describe(field, texts)) }));
}

function describe(field: Field, texts: ReadonlyMap<string, string>): Field {
  const leaf = leafOf(field.type);
  if (field.description !== '' || leaf.is !== 'ref') return field;
  return { ...field, description: texts.get(leaf.to) ?? '' };
}
