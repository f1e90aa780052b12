import type { KubeObject, Schema } from '@typekube/apimachinery';
import { compareVersionPriority, setStructuralDefaults, pruneUnknownFields, StatusError } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../types';
import { ALL_VERBS } from '../registry/define-resource';
import type { FieldText, ResourceDefinition, ServedVersion } from '../registry/resource-definition';
import { objectSubresource } from '../registry/subresources';
import { getSchema } from '../schemas/get-schema';
import { customScale } from './custom-scale';
import { customStatusStrategy, customStrategy } from './custom-strategy';
import { customTable } from './custom-table';
import { customOpenAPI } from './custom-openapi';
import { selectableFieldsOf } from './selectable-fields';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Version = apiextensionsv1.CustomResourceDefinitionVersion;

/** The definition of the resource that a CustomResourceDefinition asks for, under the names that it was given. */
export function defineCustomResource(crd: Definition): ResourceDefinition {
  const { group, scope, versions } = crd.spec;
  const names = acceptedNames(crd);
  const storage = versions.find((version) => version.storage);
  if (!storage) throw new Error(`${crd.metadata.name ?? ''} has no storage version`);
  const fields = selectableFieldsOf(versions);
  const ordered = [...versions].sort((a, b) => compareVersionPriority(a.name, b.name));
  const served = ordered.filter((version) => version.served).map((version) => customVersion(crd, version, storage, fields));
  const own = ownParts(crd, storage, fields);
  return {
    group,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    scope: scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
    verbs: crd.metadata.deletionTimestamp ? ALL_VERBS.filter((verb) => verb !== 'create') : ALL_VERBS,
    versions: served,
    storageVersion: `${group}/${storage.name}`,
    storagePrefix: `/registry/${group}/${names.plural}`,
    ...own,
    selectableFields: Object.fromEntries(fields),
    custom: {
      storedAs: JSON.stringify([names.kind, storage.name, storage.schema?.openAPIV3Schema, [...fields.keys()]]),
      normalize: normalizer(crd, storage),
      prune: pruner(storage),
    },
  };
}

/** Names that were accepted once stay those of the resource, whatever is asked for since. */
export function acceptedNames({ spec, status }: Definition): apiextensionsv1.CustomResourceDefinitionNames {
  return status?.acceptedNames?.plural ? status.acceptedNames : spec.names;
}

function customVersion(crd: Definition, version: Version, storage: Version, fields: ReadonlyMap<string, FieldText>): ServedVersion {
  const { group } = crd.spec;
  const names = acceptedNames(crd);
  const schema: Schema = {
    type: 'object',
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: getSchema(OBJECT_META) },
    structural: version.schema?.openAPIV3Schema ?? {},
  };
  return {
    version: version.name,
    enabledByDefault: true,
    schema: `${group.split('.').reverse().join('.')}.${version.name}.${names.kind}`,
    setDefaults: (object) => void setStructuralDefaults(object, version.schema?.openAPIV3Schema),
    ...(version.name !== storage.name && { conversion: conversionOf(crd, version, storage) }),
    ...(version.deprecated && { deprecationWarning: version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated` }),
    custom: { schema, openAPI: customOpenAPI({ ...crd.spec, names }, version), parts: ownParts(crd, version, fields) },
  };
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** What each version has of its own. */
function ownParts(
  crd: Definition,
  { name, schema, subresources, additionalPrinterColumns, selectableFields = [] }: Version,
  fields: ReadonlyMap<string, FieldText>,
): Pick<ResourceDefinition, 'strategy' | 'subresources' | 'table' | 'selectableFields'> {
  const rules = { apiVersion: `${crd.spec.group}/${name}`, schema: schema?.openAPIV3Schema ?? {}, hasStatus: subresources?.status !== undefined };
  const strategy = customStrategy(rules);
  const names = new Set(selectableFields.map(({ jsonPath }) => jsonPath.slice(1)));
  return {
    strategy,
    subresources: {
      ...(rules.hasStatus && { status: objectSubresource(customStatusStrategy(strategy)) }),
      ...(subresources?.scale && { scale: customScale(subresources.scale) }),
    },
    table: customTable(additionalPrinterColumns),
    selectableFields: Object.fromEntries([...fields].filter(([field]) => names.has(field))),
  };
}

/** Strategy `None`: the versions differ in their name only, and in what their schemas know. */
function conversionOf(crd: Definition, version: Version, storage: Version): NonNullable<ServedVersion['conversion']> {
  const { group } = crd.spec;
  if (crd.spec.conversion?.strategy === 'Webhook') return { toStorage: () => refuse(crd), fromStorage: () => refuse(crd) };
  const prune = pruner(version);
  return {
    toStorage: (object) => ({ ...object, apiVersion: `${group}/${storage.name}` }),
    fromStorage(object) {
      const converted = { ...object, apiVersion: `${group}/${version.name}` };
      prune(converted);
      return converted;
    },
  };
}

function refuse({ metadata, spec }: Definition): never {
  const why = `conversion webhook for ${spec.group}, Kind=${spec.names.kind} failed: this server does not call conversion webhooks; use the storage version of ${metadata.name ?? ''}`;
  throw new StatusError(500, 'InternalError', why, { causes: [{ message: why }] });
}

/** Brings what was stored, under whatever schema, to what the storage version says now. Returns whether that changed anything. */
function normalizer(crd: Definition, { name, schema }: Version): (object: KubeObject) => boolean {
  const structural = schema?.openAPIV3Schema ?? {};
  const apiVersion = `${crd.spec.group}/${name}`;
  const isConvertible = crd.spec.conversion?.strategy !== 'Webhook';
  return (object) => {
    if (object.apiVersion !== apiVersion && !isConvertible) refuse(crd);
    const pruned = pruneUnknownFields(object, structural, SILENT);
    return setStructuralDefaults(object, structural) || pruned;
  };
}

function pruner({ schema }: Version): (object: KubeObject) => void {
  const structural = schema?.openAPIV3Schema ?? {};
  return (object) => void pruneUnknownFields(object, structural, SILENT);
}

const SILENT = { enter: () => undefined, leave: () => undefined, reportUnknown: () => undefined };
