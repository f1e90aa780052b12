import { compareVersionPriority, type KubeObject, pruneUnknownFields, type Schema, setStructuralDefaults } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../types';
import { ALL_VERBS } from '../registry/define-resource';
import type { CustomWebhook, FieldText, ResourceDefinition, ServedVersion } from '../registry/resource-definition';
import { objectSubresource } from '../registry/subresources';
import { getSchema } from '../schemas/get-schema';
import { customScale } from './custom-scale';
import { customStatusStrategy, customStrategy, lazily } from './custom-strategy';
import { customTable } from './custom-table';
import { customValidation } from './custom-validation';
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
  const webhook = webhookOf(crd);
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
      storedAs: JSON.stringify([names.kind, storage.name, storage.schema?.openAPIV3Schema, [...fields.keys()], webhook !== undefined]),
      normalize: normalizer(storage),
      prune: pruner(storage),
      webhook,
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
  const validator = lazily(() => customValidation(version.schema?.openAPIV3Schema ?? {}));
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
    ...(version.name !== storage.name && !webhookOf(crd) && { conversion: conversionOf(crd, version, storage) }),
    ...(version.deprecated && { deprecationWarning: version.deprecationWarning ?? defaultDeprecationWarning(crd, version) }),
    custom: {
      schema,
      openAPI: customOpenAPI({ ...crd.spec, names }, version),
      parts: ownParts(crd, version, fields),
      prune: pruner(version),
      validate: (object) => validator().validate(object),
    },
  };
}

/** Names the version to use instead: the one of the highest priority among those that are served, not deprecated, and above this one. */
function defaultDeprecationWarning(crd: Definition, { name }: Version): string {
  const { group, versions } = crd.spec;
  const { kind } = acceptedNames(crd);
  const [best] = versions
    .filter((other) => other.served && !other.deprecated && compareVersionPriority(name, other.name) > 0)
    .map((other) => other.name)
    .sort(compareVersionPriority);
  const text = `${group}/${name} ${kind} is deprecated`;
  return best ? `${text}; use ${group}/${best} ${kind}` : text;
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** What each version has of its own. */
function ownParts(
  crd: Definition,
  { name, schema, subresources, additionalPrinterColumns, selectableFields = [] }: Version,
  fields: ReadonlyMap<string, FieldText>,
): Pick<ResourceDefinition, 'strategy' | 'subresources' | 'table' | 'selectableFields'> {
  const rules = {
    apiVersion: `${crd.spec.group}/${name}`,
    schema: schema?.openAPIV3Schema ?? {},
    hasStatus: subresources?.status !== undefined,
    scale: subresources?.scale,
    isConverted: webhookOf(crd) !== undefined,
  };
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

/** Undefined where the versions differ in their names only. */
function webhookOf({ spec: { conversion } }: Definition): CustomWebhook | undefined {
  const client = conversion?.strategy === 'Webhook' ? conversion.webhook?.clientConfig : undefined;
  return client && { client, reviewVersions: conversion?.webhook?.conversionReviewVersions ?? [] };
}

/** Strategy `None`: the versions differ in their name only, and in what their schemas know. */
function conversionOf(crd: Definition, version: Version, storage: Version): NonNullable<ServedVersion['conversion']> {
  const { group } = crd.spec;
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

/** Brings what was stored in this version, under whatever schema, to what the version says now. Returns whether that changed anything. */
function normalizer({ schema }: Version): (object: KubeObject) => boolean {
  const structural = schema?.openAPIV3Schema ?? {};
  return (object) => {
    const pruned = pruneUnknownFields(object, structural, SILENT);
    return setStructuralDefaults(object, structural) || pruned;
  };
}

function pruner({ schema }: Version): (object: KubeObject) => void {
  const structural = schema?.openAPIV3Schema ?? {};
  return (object) => void pruneUnknownFields(object, structural, SILENT);
}

const SILENT = { enter: () => undefined, leave: () => undefined, reportUnknown: () => undefined };
