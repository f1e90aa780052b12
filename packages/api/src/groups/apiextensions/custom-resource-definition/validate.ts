import { FieldPath, type FieldError, invalid, isDNS1123Subdomain, jsonEqual, required } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';
import { validateImmutable, validateRequiredEnum } from '../../../shared/fields/field-rules';
import { validateApiApproval } from './api-approval';
import { requiresAcceptedReview, validateConversion } from './conversion';
import { hoistSharedFields, type VersionFields } from './hoisted-spec';
import { labelOrEmpty, validateNames, validateRequestedNames } from './names';
import { validateSchema } from './schema/validate-schema';
import { validateSelectableFields } from './selectable-fields';
import { validateColumn, validateDeprecation, validateSubresources } from './version-fields';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Spec = Partial<apiextensionsv1.CustomResourceDefinitionSpec>;

const SPEC = FieldPath.of('spec');

/** The rules of a new CustomResourceDefinition. */
export function validateCustomResourceDefinition(object: Definition): FieldError[] {
  return [
    ...validateName(object),
    ...validateSpec(object.spec ?? {}, true),
    ...validateStatusAndStoredVersions(object),
    ...validateApiApproval(object),
    ...validatePreserveUnknownFields(object),
  ];
}

/** The rules of a changed CustomResourceDefinition: it stays the one of its resource, and of its kind once that is served. */
export function validateCustomResourceDefinitionUpdate(object: Definition, old: Definition): FieldError[] {
  const spec: Spec = object.spec ?? {};
  // What is on its way out is let go of, whatever its status has become since.
  if (old.metadata.deletionTimestamp && jsonEqual(spec, old.spec)) return [];
  const established = old.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;
  return [
    ...validateSpec(spec, requiresAcceptedReview(old.spec?.conversion)),
    ...(established
      ? [
          ...validateImmutable(spec.scope, old.spec?.scope, SPEC.child('scope')),
          ...validateImmutable(spec.names?.kind, old.spec?.names?.kind, SPEC.child('names', 'kind')),
        ]
      : []),
    ...validateImmutable(spec.group, old.spec?.group, SPEC.child('group')),
    ...validateImmutable(spec.names?.plural, old.spec?.names?.plural, SPEC.child('names', 'plural')),
    ...validateStatusAndStoredVersions(object),
    ...validateApiApproval(object, old),
    ...(old.spec?.preserveUnknownFields ? [] : validatePreserveUnknownFields(object)),
  ];
}

/** The rules of its status: the names it was given. */
export function validateCustomResourceDefinitionStatus(object: Definition): FieldError[] {
  return validateNames(object.status?.acceptedNames ?? {}, FieldPath.of('status', 'acceptedNames'));
}

function validateName({ metadata, spec }: Definition): FieldError[] {
  const name = metadata.name ?? '';
  if (name === `${spec?.names?.plural ?? ''}.${spec?.group ?? ''}`) return [];
  return [invalid(FieldPath.of('metadata', 'name'), name, 'must be spec.names.plural+"."+spec.group')];
}

function validateSpec(spec: Spec, requireAcceptedReview: boolean): FieldError[] {
  const versions = spec.versions ?? [];
  const { shared, versions: hoisted } = hoistSharedFields(versions);
  const statusEnabled = versions.some(hasStatus);
  return [
    ...validateGroup(spec.group, SPEC.child('group')),
    ...validateRequiredEnum(spec.scope, SPEC.child('scope'), ['Cluster', 'Namespaced']),
    ...versions.flatMap((version, i) => (version.schema?.openAPIV3Schema ? [] : [schemaMissing(i)])),
    ...hoisted.flatMap((version, i) => validateVersion(version, SPEC.child('versions').index(i), hasStatus(versions[i]))),
    ...validateVersionSet(versions),
    ...validateRequestedNames(spec.names ?? {}, SPEC.child('names')),
    ...validateFields(shared, { path: SPEC, schemaField: 'validation', statusEnabled }),
    ...validateConversion(spec.conversion, SPEC.child('conversion'), requireAcceptedReview),
  ];
}

function validateGroup(group: string | undefined, path: FieldPath): FieldError[] {
  if (!group) return [required(path)];
  const problems = isDNS1123Subdomain(group);
  if (problems.length > 0) return [invalid(path, group, problems.join(','))];
  return group.includes('.') ? [] : [invalid(path, group, 'should be a domain with at least one dot')];
}

function schemaMissing(index: number): FieldError {
  return required(SPEC.child('versions').index(index).child('schema', 'openAPIV3Schema'), '');
}

function hasStatus(version: VersionFields | undefined): boolean {
  return version?.subresources?.status !== undefined;
}

function validateVersion(
  version: apiextensionsv1.CustomResourceDefinitionVersion,
  path: FieldPath,
  statusEnabled: boolean,
): FieldError[] {
  return [
    ...labelOrEmpty(version.name ?? '', path.child('name')),
    ...validateDeprecation(version, path),
    ...validateFields(version, { path, schemaField: 'schema', statusEnabled }),
  ];
}

function validateFields(
  fields: VersionFields,
  { path, schemaField, statusEnabled }: { path: FieldPath; schemaField: string; statusEnabled: boolean },
): FieldError[] {
  const schema = fields.schema?.openAPIV3Schema;
  const columns = fields.additionalPrinterColumns ?? [];
  const selectable = fields.selectableFields ?? [];
  return [
    ...(schema ? validateSchema(schema, path.child(schemaField, 'openAPIV3Schema'), { statusEnabled }) : []),
    ...validateSubresources(fields.subresources, path.child('subresources')),
    ...columns.flatMap((column, i) => validateColumn(column, path.child('additionalPrinterColumns').index(i))),
    ...(schema ? validateSelectableFields(selectable, schema, path.child('selectableFields')) : []),
  ];
}

function validateVersionSet(versions: readonly apiextensionsv1.CustomResourceDefinitionVersion[]): FieldError[] {
  const path = SPEC.child('versions');
  const errors: FieldError[] = [];
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalid(path, versions, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid(path, versions, 'must have exactly one version marked as storage version'));
  }
  return errors;
}

function validateStatusAndStoredVersions(object: Definition): FieldError[] {
  const stored = object.status?.storedVersions ?? [];
  const path = FieldPath.of('status', 'storedVersions');
  const errors = validateCustomResourceDefinitionStatus(object);
  if (stored.length === 0) return [...errors, invalid(path, stored, 'must have at least one stored version')];
  const versions = object.spec?.versions ?? [];
  for (const { name, storage } of versions) {
    if (storage && !stored.includes(name)) errors.push(invalid(path, stored, `must have the storage version ${name}`));
  }
  stored.forEach((name, i) => {
    if (versions.some((version) => version.name === name)) return;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(path.index(i), name, detail));
  });
  return errors;
}

function validatePreserveUnknownFields({ spec }: Definition): FieldError[] {
  if (!spec?.preserveUnknownFields) return [];
  const detail = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalid(SPEC.child('preserveUnknownFields'), true, detail)];
}
