import { FieldPath, type FieldError, invalid, nameIsDNSSubdomain, required } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateSet } from '../../../shared/device/collections';
import { validateDriverName, validatePoolName } from '../../../shared/device/names';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';
import { validateNodeSelector } from '../../../shared/pod-template/validate-node-affinity';
import { validateCounters, validateCounterSetName } from './counters';
import { validateDevice } from './device';

type Spec = Partial<resourcev1.ResourceSliceSpec>;

const MAX_DEVICES = 128;
const MAX_ADVANCED_DEVICES = 64;
const MAX_COUNTER_SETS = 8;
const ONE_PLACE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

/** The rules of a new ResourceSlice. */
export function validateResourceSlice(object: resourcev1.ResourceSlice): FieldError[] {
  return validateSpec(object.spec ?? {}, undefined);
}

/** The rules of a changed ResourceSlice: it stays of the same driver, pool and node. */
export function validateResourceSliceUpdate(object: resourcev1.ResourceSlice, old: resourcev1.ResourceSlice): FieldError[] {
  const path = FieldPath.of('spec');
  return [
    ...validateSpec(object.spec ?? {}, old.spec),
    ...validateImmutable(object.spec?.pool?.name, old.spec?.pool?.name, path.child('pool', 'name')),
    ...validateImmutable(object.spec?.driver, old.spec?.driver, path.child('driver')),
    ...validateImmutable(object.spec?.nodeName, old.spec?.nodeName, path.child('nodeName')),
  ];
}

function validateSpec(spec: Spec, old: Spec | undefined): FieldError[] {
  const path = FieldPath.of('spec');
  const errors = [
    ...validateDriverName(spec.driver, path.child('driver')),
    ...validatePool(spec.pool, path.child('pool')),
    ...validatePlace(spec, path),
  ];
  if (spec.sharedCounters && spec.devices) {
    errors.push(invalid(path, '', 'only one of `sharedCounters` or `devices` is allowed'));
  }
  return [
    ...errors,
    ...validateDevices(spec, old, path),
    ...validateCounterSets(spec.sharedCounters, path.child('sharedCounters')),
  ];
}

function validatePool(pool: Partial<resourcev1.ResourcePool> | undefined, path: FieldPath): FieldError[] {
  const { name, generation = 0, resourceSliceCount = 0 } = pool ?? {};
  const errors = validatePoolName(name, path.child('name'));
  if (resourceSliceCount <= 0) {
    errors.push(invalid(path.child('resourceSliceCount'), resourceSliceCount, 'must be greater than zero'));
  }
  if (generation < 0) errors.push(invalid(path.child('generation'), generation, 'must be greater than or equal to zero'));
  return errors;
}

/** Where the devices are: in one way, and not in none. */
function validatePlace(spec: Spec, path: FieldPath): FieldError[] {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec;
  const errors: FieldError[] = [];
  if (nodeName === '') {
    errors.push(invalid(path.child('nodeName'), nodeName, 'must be either unset or set to a non-empty string'));
  }
  if (nodeName) errors.push(...invalidEach(path.child('nodeName'), nodeName, nameIsDNSSubdomain(nodeName, false)));
  if (nodeSelector) {
    errors.push(...validateNodeSelector(nodeSelector, path.child('nodeSelector')));
    const terms = nodeSelector.nodeSelectorTerms ?? [];
    const termsPath = path.child('nodeSelector', 'nodeSelectorTerms');
    if (terms.length !== 1) errors.push(invalid(termsPath, terms, 'must have exactly one node selector term'));
  }
  for (const [field, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value === false) errors.push(invalid(path.child(field), value, 'must be either unset or set to true'));
  }
  const ways = Object.entries({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection }).filter(([, value]) => value);
  if (ways.length === 0) errors.push(required(path, ONE_PLACE));
  if (ways.length > 1) {
    const set = `{${ways.map(([field]) => `\`${field}\``).join(', ')}}`;
    errors.push(invalid(path, set, `${ONE_PLACE}, but multiple fields are set`));
  }
  return errors;
}

function validateDevices(spec: Spec, old: Spec | undefined, path: FieldPath): FieldError[] {
  const max = (spec.devices ?? []).some(isAdvanced) ? MAX_ADVANCED_DEVICES : MAX_DEVICES;
  const rule = (device: resourcev1.Device, at: FieldPath): FieldError[] =>
    validateDevice(device, at, {
      old: old?.devices?.find(({ name }) => name === device.name),
      perDeviceNodeSelection: spec.perDeviceNodeSelection ?? false,
    });
  return validateSet(spec.devices, { max, rule, keyOf: ({ name }) => name }, path.child('devices'));
}

/** Slices of devices with taints, counters or lists of values may have fewer of them. */
function isAdvanced({ taints, consumesCounters, attributes }: resourcev1.Device): boolean {
  if (taints?.length || consumesCounters?.length) return true;
  return Object.values(attributes ?? {}).some(({ bools, ints, strings, versions }) => bools ?? ints ?? strings ?? versions);
}

function validateCounterSets(sets: readonly resourcev1.CounterSet[] | undefined, path: FieldPath): FieldError[] {
  const rule = ({ name, counters }: resourcev1.CounterSet, at: FieldPath): FieldError[] => [
    ...validateCounterSetName(name, at.child('name')),
    ...validateCounters(counters, at.child('counters')),
  ];
  return validateSet(sets, { max: MAX_COUNTER_SETS, rule, keyOf: ({ name }) => name }, path);
}
