import { type FieldError, type FieldPath, invalid, nameIsDNSSubdomain, required } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateBindingConditions } from '../../../shared/device/binding-conditions';
import { validateMap, validateSet, validateSlice } from '../../../shared/device/collections';
import { MAX_QUALIFIED_NAME, validateDeviceName, validateQualifiedName } from '../../../shared/device/names';
import { validateDeviceTaint } from '../../../shared/device/taints';
import { invalidEach } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validateNodeSelector } from '../../../shared/pod-template/validate-node-affinity';
import { attributeValueCount, validateDeviceAttribute } from './attribute';
import { validateDeviceCapacity } from './capacity';
import { validateCounters, validateCounterSetName } from './counters';

const MAX_ATTRIBUTES_AND_CAPACITIES = 32;
const MAX_ATTRIBUTE_VALUES = 48;
const MAX_TAINTS = 16;
const MAX_CONSUMPTIONS = 2;
const ONE_PLACE =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

export interface DeviceContext {
  /** The device as it was; what it keeps is not checked again. */
  readonly old: resourcev1.Device | undefined;
  /** Each device says where it is, not the slice. */
  readonly perDeviceNodeSelection: boolean;
}

/** The rules of one device of a slice. */
export function validateDevice(
  device: resourcev1.Device,
  path: FieldPath,
  { old, perDeviceNodeSelection }: DeviceContext,
): FieldError[] {
  const sameCapacity = old !== undefined && semanticEqual(old.capacity, device.capacity);
  const sameTaints = old !== undefined && semanticEqual(old.taints, device.taints);
  return [
    ...validateDeviceName(device.name, path.child('name')),
    ...validateSizes(device, path),
    ...validateMap(device.attributes, qualified(validateDeviceAttribute), path.child('attributes')),
    ...(sameCapacity ? [] : validateMap(device.capacity, qualified(capacityRule(device)), path.child('capacity'))),
    ...(sameTaints
      ? []
      : validateSlice(device.taints, MAX_TAINTS, (taint, at) => validateDeviceTaint(taint, at), path.child('taints'))),
    ...validateConsumption(device.consumesCounters, path.child('consumesCounters')),
    ...(perDeviceNodeSelection ? validatePlace(device, path) : validateNoPlace(device, path)),
    ...validateBindingConditions(device, path),
  ];
}

function qualified<T>(value: (item: T, path: FieldPath) => FieldError[]): Parameters<typeof validateMap<T>>[1] {
  return { max: Infinity, keyLength: MAX_QUALIFIED_NAME, key: validateQualifiedName, value };
}

function capacityRule({ allowMultipleAllocations = false }: resourcev1.Device) {
  return (capacity: resourcev1.DeviceCapacity, path: FieldPath): FieldError[] =>
    validateDeviceCapacity(capacity, path, { allowMultipleAllocations });
}

function validateSizes({ attributes, capacity }: resourcev1.Device, path: FieldPath): FieldError[] {
  const entries = Object.keys(attributes ?? {}).length + Object.keys(capacity ?? {}).length;
  const values = Object.values(attributes ?? {}).reduce((sum, attribute) => sum + attributeValueCount(attribute), 0);
  const errors: FieldError[] = [];
  if (entries > MAX_ATTRIBUTES_AND_CAPACITIES) {
    errors.push(invalid(path, entries, `the total number of attributes and capacities must not exceed ${MAX_ATTRIBUTES_AND_CAPACITIES}`));
  }
  if (values > MAX_ATTRIBUTE_VALUES) {
    errors.push(invalid(path, values, `the total number of attribute values must not exceed ${MAX_ATTRIBUTE_VALUES}`));
  }
  return errors;
}

function validateConsumption(
  consumptions: readonly resourcev1.DeviceCounterConsumption[] | undefined,
  path: FieldPath,
): FieldError[] {
  const rule = ({ counterSet, counters }: resourcev1.DeviceCounterConsumption, at: FieldPath): FieldError[] => [
    ...validateCounterSetName(counterSet, at.child('counterSet')),
    ...validateCounters(counters, at.child('counters')),
  ];
  return validateSet(consumptions, { max: MAX_CONSUMPTIONS, rule, keyOf: ({ counterSet }) => counterSet }, path);
}

function validatePlace({ nodeName, nodeSelector, allNodes }: resourcev1.Device, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (nodeName === '') errors.push(invalid(path.child('nodeName'), nodeName, 'must not be empty'));
  if (nodeName) errors.push(...invalidEach(path.child('nodeName'), nodeName, nameIsDNSSubdomain(nodeName, false)));
  if (nodeSelector) errors.push(...validateNodeSelector(nodeSelector, path.child('nodeSelector')));
  if (allNodes === false) errors.push(invalid(path.child('allNodes'), allNodes, 'must be either unset or set to true'));
  const ways = Object.entries({ nodeName, nodeSelector, allNodes }).filter(([, value]) => value);
  if (ways.length === 0) errors.push(required(path, ONE_PLACE));
  if (ways.length > 1) errors.push(invalid(path, `{${ways.map(([field]) => `\`${field}\``).join(', ')}}`, ONE_PLACE));
  return errors;
}

function validateNoPlace({ nodeName, nodeSelector, allNodes }: resourcev1.Device, path: FieldPath): FieldError[] {
  if (nodeName === undefined && nodeSelector === undefined && allNodes === undefined) return [];
  const detail =
    '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  return [invalid(path, null, detail)];
}
