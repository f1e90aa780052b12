import { FieldPath, type FieldError, invalid, required, validateConditions } from '@typekube/apimachinery';
import type { storagemigrationv1beta1 } from '../../../types';
import { validateImmutable, validateNonnegativeField } from '../../../shared/fields/field-rules';

type Migration = storagemigrationv1beta1.StorageVersionMigration;

/** The rules of a new StorageVersionMigration: it names a resource. */
export function validateStorageVersionMigration(object: Migration): FieldError[] {
  if (object.spec?.resource?.resource) return [];
  return [required(FieldPath.of('spec', 'resource', 'resource'), 'resource is required')];
}

/** The rules of a changed StorageVersionMigration: it stays with its resource. */
export function validateStorageVersionMigrationUpdate(object: Migration, old: Migration): FieldError[] {
  const path = FieldPath.of('spec', 'resource');
  return [
    ...validateStorageVersionMigration(object),
    ...validateImmutable(object.spec?.resource?.group ?? '', old.spec?.resource?.group ?? '', path.child('group')),
    ...validateImmutable(object.spec?.resource?.resource, old.spec?.resource?.resource, path.child('resource')),
  ];
}

/** The rules of its status: it ends once, well or badly, and does not run after that. */
export function validateStorageVersionMigrationStatus(object: Migration, old: Migration): FieldError[] {
  const path = FieldPath.of('status');
  return [
    ...validateResourceVersion(
      object.status?.resourceVersion ?? '',
      old.status?.resourceVersion ?? '',
      path.child('resourceVersion'),
    ),
    ...validateConditions(object.status?.conditions ?? [], path.child('conditions')),
    ...validateProgress(object, old, path.child('conditions')),
  ];
}

function validateResourceVersion(version: string, old: string, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (version !== '' && !/^[+-]?\d+$/.test(version)) {
    const cause = `strconv.ParseInt: parsing ${JSON.stringify(version)}: invalid syntax`;
    errors.push(invalid(path, version, `failed to parse resource version ${JSON.stringify(version)}: ${cause}`));
  } else {
    errors.push(...validateNonnegativeField(Number(version), path));
  }
  return old !== '' && old !== version ? [...errors, invalid(path, version, 'cannot be updated')] : errors;
}

function validateProgress(object: Migration, old: Migration, path: FieldPath): FieldError[] {
  const succeeded = isTrue(object, 'Succeeded');
  const failed = isTrue(object, 'Failed');
  const running = isTrue(object, 'Running');
  const problems: string[] = [];
  if (succeeded && failed) problems.push('Both success and failed conditions cannot be true at the same time');
  if (succeeded && running) problems.push('Running condition cannot be true when success condition is true');
  if (failed && running) problems.push('Running condition cannot be true when failed condition is true');
  if (isTrue(old, 'Succeeded') && !succeeded) problems.push('Success condition cannot be set to false once it is true');
  if (isTrue(old, 'Failed') && !failed) problems.push('Failed condition cannot be set to false once it is true');
  return problems.map((problem) => invalid(path, object.status?.conditions, problem));
}

function isTrue(object: Migration, type: string): boolean {
  return object.status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
}
