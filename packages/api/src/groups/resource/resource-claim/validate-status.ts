import {
  FieldPath,
  type FieldError,
  forbidden,
  invalid,
  isValidCIDR,
  required,
  tooLong,
  tooMany,
  validateConditions,
} from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateSet } from '../../../shared/device/collections';
import { validateRawObject } from '../../../shared/device/configuration';
import { validateDeviceName, validateDriverName, validatePoolName, validateShareId } from '../../../shared/device/names';
import { requestNames } from '../../../shared/device/request-names';
import { validateImmutable } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { byteLength } from '../../../shared/text/text';
import { validateAllocation } from './allocation';
import { deviceIdOf } from './device-id';

const MAX_RESERVED_FOR = 256;
const MAX_CONDITIONS = 8;
const MAX_DATA_BYTES = 10 * 1024;
const MAX_INTERFACE_NAME = 256;
const MAX_HARDWARE_ADDRESS = 128;
const MAX_IPS = 16;

/** The rules of a claim's status: who uses it, what was allocated, and what drivers report of that. */
export function validateResourceClaimStatus(object: resourcev1.ResourceClaim, old: resourcev1.ResourceClaim): FieldError[] {
  const status: resourcev1.ResourceClaimStatus = object.status ?? {};
  const path = FieldPath.of('status');
  const allocated = new Set((status.allocation?.devices?.results ?? []).map(deviceIdOf));
  return [
    ...validateSet(
      status.reservedFor,
      { max: MAX_RESERVED_FOR, rule: validateConsumer, keyOf: ({ uid }) => uid },
      path.child('reservedFor'),
    ),
    ...validateSet(
      status.devices,
      { max: Infinity, rule: (device, at) => validateDeviceStatus(device, at, allocated), keyOf: deviceIdOf },
      path.child('devices'),
    ),
    ...validateReservations(object, old, path.child('reservedFor')),
    ...validateAllocationChange(object, old, path.child('allocation')),
  ];
}

function validateConsumer(consumer: resourcev1.ResourceClaimConsumerReference, path: FieldPath): FieldError[] {
  return (['resource', 'name', 'uid'] as const).flatMap((field) => (consumer[field] ? [] : [required(path.child(field))]));
}

/** A claim is reserved only while something is allocated for it, and for nobody new while it is being deleted. */
function validateReservations(object: resourcev1.ResourceClaim, old: resourcev1.ResourceClaim, path: FieldPath): FieldError[] {
  const reservedFor = object.status?.reservedFor ?? [];
  if (reservedFor.length === 0) return [];
  if (!object.status?.allocation) return [forbidden(path, 'may not be specified when `allocated` is not set')];
  if (object.metadata.deletionTimestamp === undefined) return [];
  const before = old.status?.reservedFor ?? [];
  if (reservedFor.every((consumer) => before.some((other) => semanticEqual(consumer, other)))) return [];
  return [forbidden(path, 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set')];
}

function validateAllocationChange(
  object: resourcev1.ResourceClaim,
  old: resourcev1.ResourceClaim,
  path: FieldPath,
): FieldError[] {
  const allocation = object.status?.allocation;
  if (!allocation) return [];
  if (old.status?.allocation) return validateImmutable(allocation, old.status.allocation, path);
  return validateAllocation(allocation, path, requestNames(object.spec?.devices));
}

function validateDeviceStatus(
  device: resourcev1.AllocatedDeviceStatus,
  path: FieldPath,
  allocated: ReadonlySet<string>,
): FieldError[] {
  const id = deviceIdOf(device);
  const conditions = device.conditions ?? [];
  const errors = [
    ...validateDriverName(device.driver, path.child('driver')),
    ...validatePoolName(device.pool, path.child('pool')),
    ...validateDeviceName(device.device, path.child('device')),
    ...validateShareId(device.shareID, path.child('shareID')),
  ];
  if (!allocated.has(id)) errors.push(invalid(path, id, 'must be an allocated device in the claim'));
  if (conditions.length > MAX_CONDITIONS) errors.push(tooMany(path.child('conditions'), conditions.length, MAX_CONDITIONS));
  errors.push(...validateConditions(conditions, path.child('conditions')));
  if (device.data !== undefined) errors.push(...validateRawObject(device.data, path.child('data'), MAX_DATA_BYTES));
  return [...errors, ...validateNetworkData(device.networkData ?? {}, path.child('networkData'))];
}

function validateNetworkData(data: resourcev1.NetworkDeviceData, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (byteLength(data.interfaceName ?? '') > MAX_INTERFACE_NAME) {
    errors.push(tooLong(path.child('interfaceName'), MAX_INTERFACE_NAME));
  }
  if (byteLength(data.hardwareAddress ?? '') > MAX_HARDWARE_ADDRESS) {
    errors.push(tooLong(path.child('hardwareAddress'), MAX_HARDWARE_ADDRESS));
  }
  const rules = { max: MAX_IPS, rule: (address: string, at: FieldPath) => isValidCIDR(at, address), keyOf: (address: string) => address };
  return [...errors, ...validateSet(data.ips, rules, path.child('ips'))];
}
