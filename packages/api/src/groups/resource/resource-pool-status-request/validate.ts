import { FieldPath, type FieldError, invalid, nameIsDNSSubdomain, required, validateConditions } from '@typekube/apimachinery';
import type { resourcev1alpha3 } from '../../../types';
import { validateDriverName, validatePoolName } from '../../../shared/device/names';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';

type Request = resourcev1alpha3.ResourcePoolStatusRequest;

const MAX_LIMIT = 1000;
const COUNTS = ['totalDevices', 'allocatedDevices', 'availableDevices', 'unavailableDevices', 'generation'] as const;

/** The rules of a new ResourcePoolStatusRequest: whose pools, and how many of them. */
export function validateResourcePoolStatusRequest(object: Request): FieldError[] {
  const spec: Partial<resourcev1alpha3.ResourcePoolStatusRequestSpec> = object.spec ?? {};
  const path = FieldPath.of('spec');
  return [
    ...(spec.driver
      ? validateDriverName(spec.driver, path.child('driver'))
      : [required(path.child('driver'), 'driver name is required')]),
    ...validateOptionalPool(spec.poolName, path.child('poolName')),
    ...validateLimit(spec.limit, path.child('limit')),
  ];
}

/** A request keeps its spec. */
export function validateResourcePoolStatusRequestUpdate(object: Request, old: Request): FieldError[] {
  return validateImmutable(object.spec, old.spec, FieldPath.of('spec'));
}

/** A request is answered once. */
export function validateResourcePoolStatusRequestStatus(object: Request, old: Request): FieldError[] {
  const path = FieldPath.of('status');
  if (old.status) return validateImmutable(object.status, old.status, path);
  return [
    ...(object.status?.pools ?? []).flatMap((pool, i) => validatePool(pool, path.child('pools').index(i))),
    ...validateConditions(object.status?.conditions ?? [], path.child('conditions')),
    ...validateCount(object.status?.poolCount, path.child('poolCount')),
  ];
}

function validateOptionalPool(name: string | undefined, path: FieldPath): FieldError[] {
  if (name === undefined) return [];
  return name === '' ? [invalid(path, name, 'must not be empty when specified')] : validatePoolName(name, path);
}

function validateLimit(limit: number | undefined, path: FieldPath): FieldError[] {
  if (limit === undefined) return [];
  if (limit < 1) return [invalid(path, limit, 'must be at least 1')];
  return limit > MAX_LIMIT ? [invalid(path, limit, 'must not exceed 1000')] : [];
}

function validatePool(pool: resourcev1alpha3.PoolStatus, path: FieldPath): FieldError[] {
  const node = pool.nodeName;
  return [
    ...(pool.driver ? validateDriverName(pool.driver, path.child('driver')) : [required(path.child('driver'))]),
    ...validatePoolName(pool.poolName, path.child('poolName')),
    ...(node === undefined ? [] : invalidEach(path.child('nodeName'), node, nameIsDNSSubdomain(node, false))),
    ...COUNTS.flatMap((field) => validateCount(pool[field], path.child(field))),
  ];
}

function validateCount(count: number | undefined, path: FieldPath): FieldError[] {
  return count !== undefined && count < 0 ? [invalid(path, count, 'must be non-negative')] : [];
}
