import {
  FieldPath,
  type FieldError,
  invalid,
  isDNS1035Label,
  isDNS1123Subdomain,
  isQualifiedName,
  nameIsDNSSubdomain,
  required,
} from '@typekube/apimachinery';
import type { apiserverinternalv1alpha1 } from '../../../types';
import { invalidEach } from '../../../shared/fields/field-rules';
import { isValidApiVersion } from './api-version';

/** A StorageVersion is named after the resource it is about: `<group>.<resource>`. */
export function validateStorageVersionName(name: string): string[] {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return ['name must be in the form of <group>.<resource>'];
  return [
    ...isDNS1123Subdomain(name.slice(0, dot)).map((problem) => `the group segment ${problem}`),
    ...isDNS1035Label(name.slice(dot + 1)).map((problem) => `the resource segment ${problem}`),
  ];
}

/** What the servers report, and what follows from it. */
export function validateStorageVersionStatus(object: apiserverinternalv1alpha1.StorageVersion): FieldError[] {
  const status = object.status ?? {};
  const path = FieldPath.of('status');
  return [
    ...(status.storageVersions ?? []).flatMap((version, i) => validateServerVersion(version, path.child('storageVersions').index(i))),
    ...validateCommonVersion(status, path.child('commonEncodingVersion')),
    ...validateConditions(status.conditions ?? [], path),
  ];
}

function validateServerVersion(version: apiserverinternalv1alpha1.ServerStorageVersion, path: FieldPath): FieldError[] {
  const { apiServerID: id = '', encodingVersion = '', decodableVersions = [] } = version;
  const errors = [
    ...invalidEach(path.child('apiServerID'), id, nameIsDNSSubdomain(id, false)),
    ...validateApiVersion(encodingVersion, path.child('encodingVersion')),
    ...decodableVersions.flatMap((decodable, i) => validateApiVersion(decodable, path.child('decodableVersions').index(i))),
  ];
  if (decodableVersions.includes(encodingVersion)) return errors;
  const detail = `decodableVersions must include encodingVersion ${encodingVersion}`;
  return [...errors, invalid(path.child('decodableVersions'), decodableVersions, detail)];
}

function validateApiVersion(apiVersion: string, path: FieldPath): FieldError[] {
  const problems = isValidApiVersion(apiVersion);
  return problems.length > 0 ? [invalid(path, apiVersion, problems.join(','))] : [];
}

function validateCommonVersion(status: apiserverinternalv1alpha1.StorageVersionStatus, path: FieldPath): FieldError[] {
  const encodings = new Set((status.storageVersions ?? []).map(({ encodingVersion }) => encodingVersion));
  const [common] = encodings.size === 1 ? [...encodings] : [];
  const claimed = status.commonEncodingVersion;
  if (common === claimed) return [];
  if (common === undefined) {
    const detail =
      'should be nil if servers do not agree on the same encoding version, or if there is no server reporting the supported versions yet';
    return [invalid(path, claimed, detail)];
  }
  const which = claimed === undefined ? 'the common encoding version' : 'the actual common encoding version';
  return [invalid(path, claimed, `${which} is ${common}`)];
}

/** As upstream, the errors stand at `status[i]`, not at `status.conditions[i]`. */
function validateConditions(
  conditions: readonly apiserverinternalv1alpha1.StorageVersionCondition[],
  path: FieldPath,
): FieldError[] {
  const indexes = new Map<string, number>();
  return conditions.flatMap((condition, i) => {
    const at = path.index(i);
    const { type = '', status = '' } = condition;
    const errors: FieldError[] = [];
    const before = indexes.get(type);
    if (before !== undefined) {
      const detail = `the type of the condition is not unique, it also appears in conditions[${before}]`;
      errors.push(invalid(at.child('type'), type, detail));
    }
    indexes.set(type, i);
    errors.push(...invalidEach(at.child('type'), type, isQualifiedName(type)));
    errors.push(...invalidEach(at.child('status'), type, isQualifiedName(status)));
    if (!condition.reason) errors.push(required(at.child('reason'), 'reason cannot be empty'));
    if (!condition.message) errors.push(required(at.child('message'), 'message cannot be empty'));
    return errors;
  });
}
