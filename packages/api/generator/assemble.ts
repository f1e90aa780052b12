import type { ClientField, ClientModel } from './client-node';
import { readApiClasses, readClientModels } from './client-node';
import { findModelFolder, readNamedModel, type ModelPackages, type NamedField, type NamedModel } from './kubernetes-models';
import { leafOf, withLeaf, type Definition, type Field, type FieldType } from './model';
import { placeModels, type Placed } from './naming';
import { definitionName, packageOf } from './packages';
import { readTypeText } from './type-text';
import { INT_OR_STRING, MICRO_TIME, TIME, WELL_KNOWN } from './well-known';

export interface InputFolders extends ModelPackages {
  readonly clientNode: string;
}

/** Reads both packages and joins what they say of each type. Well-known definitions are not among them. */
export function assembleDefinitions(folders: InputFolders): Definition[] {
  const named = new NamedModels(folders);
  const models = readClientModels(folders.clientNode);
  const placed = placeModels({
    models,
    apiClasses: readApiClasses(folders.clientNode),
    hasModel: (module, goName) => named.find(module, goName) !== undefined,
  });
  const names = squashedNames(placed);
  return models.flatMap((model) => {
    const place = placed.get(model.name);
    return place === undefined ? [] : [assemble(model, place, { placed, named, names })];
  });
}

interface Context {
  readonly placed: ReadonlyMap<string, Placed>;
  readonly named: NamedModels;
  readonly names: ReadonlyMap<string, string>;
}

function assemble(model: ClientModel, place: Placed, context: Context): Definition {
  const named = context.named.find(place.module, place.goName);
  const sibling = named ?? context.named.findSibling(place.module, place.goName);
  return {
    name: definitionName(place.module, place.goName),
    ...place,
    description: named?.description || model.description,
    fields: model.fields
      .map((field) =>
        assembleField(field, { named: named?.fields.get(field.name), sibling: sibling?.fields.get(field.name) }, context),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

interface NamedSources {
  /** The same field of the same type. */
  readonly named: NamedField | undefined;
  /** The same, or else that of the type's namesake in the package's v1, which tells well-known types and enums. */
  readonly sibling: NamedField | undefined;
}

function assembleField(field: ClientField, { named, sibling }: NamedSources, context: Context): Field {
  const type = readTypeText(field.type, (text) => readClientLeaf(text, field.format, context.placed));
  const leaf = leafOf(type);
  const isRef = leaf.is === 'ref' || field.type === 'any';
  const typeMeta = field.name === 'kind' || field.name === 'apiVersion';
  return {
    name: field.name,
    type: leaf.is === 'scalar' && sibling !== undefined ? withLeaf(type, readNamedLeaf(leaf, sibling, context.names)) : type,
    required: field.required,
    description: named?.description || describe(field, isRef, sibling),
    enumValues: typeMeta ? [] : (sibling?.enumValues ?? []),
  };
}

/**
 * client-node joins lines, and describes a reference by what it refers to. So the namesake's text is taken where it has the same
 * words, or where the field is a reference.
 */
function describe(field: ClientField, isRef: boolean, sibling: NamedField | undefined): string {
  if (sibling === undefined || sibling.description === '') return field.description;
  const own = sibling.description.replace(/\n*Possible enum values:[^]*$/, '');
  return isRef || own.replace(/\s+/g, ' ') === field.description.replace(/\s+/g, ' ') ? sibling.description : field.description;
}

function readClientLeaf(text: string, format: string, placed: ReadonlyMap<string, Placed>): FieldType {
  switch (text) {
    case 'string':
    case 'boolean':
      return { is: 'scalar', type: text, format };
    case 'number':
      return { is: 'scalar', type: format === 'double' ? 'number' : 'integer', format };
    case 'any':
      return { is: 'scalar', type: 'any', format: '' };
    case 'Date':
      return { is: 'ref', to: TIME };
    case 'IntOrString':
      return { is: 'ref', to: INT_OR_STRING };
    case 'V1MicroTime':
      return { is: 'ref', to: MICRO_TIME };
  }
  const place = placed.get(text);
  if (place === undefined) throw new Error(`unknown type ${text}`);
  return { is: 'ref', to: definitionName(place.module, place.goName) };
}

/** client-node writes quantities as strings and raw values as any; kubernetes-models names them. */
function readNamedLeaf(leaf: FieldType, field: NamedField, names: ReadonlyMap<string, string>): FieldType {
  const [, squashed] = /\bI(IoK8s\w+)/.exec(field.type) ?? [];
  const to = squashed === undefined ? undefined : names.get(squashed);
  return to === undefined ? leaf : { is: 'ref', to };
}

/** `IoK8sApiCoreV1Pod` to `io.k8s.api.core.v1.Pod`, for every definition. */
function squashedNames(placed: ReadonlyMap<string, Placed>): Map<string, string> {
  const names = [
    ...[...placed.values()].map(({ module, goName }) => definitionName(module, goName)),
    ...WELL_KNOWN.map(({ name }) => name),
  ];
  return new Map(names.map((name) => [name.replace(/(^|[.-])(\w)/g, (_, __, letter: string) => letter.toUpperCase()), name]));
}

class NamedModels {
  private readonly cache = new Map<string, NamedModel | undefined>();

  constructor(private readonly packages: ModelPackages) {}

  find(module: string, goName: string): NamedModel | undefined {
    const key = `${module}/${goName}`;
    if (!this.cache.has(key)) this.cache.set(key, this.read(module, goName));
    return this.cache.get(key);
  }

  /** The type of that name in v1 of the same package. */
  findSibling(module: string, goName: string): NamedModel | undefined {
    return this.find(`${packageOf(module).name}/v1`, goName);
  }

  private read(module: string, goName: string): NamedModel | undefined {
    const folder = findModelFolder(this.packages, packageOf(module).group, module.slice(module.indexOf('/') + 1));
    return folder === undefined ? undefined : readNamedModel(folder, goName);
  }
}
