import type { apiextensionsv1 } from '../../../types';
import { itemsOf, type JsonSchema, valuesOf } from './schema/children';

/** What a definition asks for that has no effect here, as warnings for those who write it. */
export function unservedParts({ spec }: apiextensionsv1.CustomResourceDefinition): string[] {
  const versions = spec?.versions ?? [];
  const ruled = versions.filter(({ schema }) => schema?.openAPIV3Schema && hasRules(schema.openAPIV3Schema)).map(({ name }) => name);
  return ruled.length ? [`x-kubernetes-validations in versions ${ruled.join(', ')} are not enforced: this server does not evaluate CEL`] : [];
}

function hasRules(schema: JsonSchema): boolean {
  if (schema['x-kubernetes-validations']?.length) return true;
  const children = [...Object.values(schema.properties ?? {}), itemsOf(schema), valuesOf(schema)];
  return children.some((child) => child !== undefined && hasRules(child));
}
