import { fieldErrorMessage } from '@typekube/apimachinery';
import type { schedulingv1 } from '../../../types';
import { setDefaults } from './defaults';
import { validatePriorityClass, validatePriorityClassUpdate } from './validate';

const priorityClass = (name: string, fields: Partial<schedulingv1.PriorityClass> = {}): schedulingv1.PriorityClass => ({
  apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 1, ...fields,
});
const RESERVED = "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: ";

it.each<[string, schedulingv1.PriorityClass, string[]]>([
  ['a class', priorityClass('a', { value: 1_000_000_000, preemptionPolicy: 'Never' }), []],
  ['a class too high', priorityClass('a', { value: 1_000_000_001 }), [
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
  ['an own class of the system', priorityClass('system-node-critical', { value: 2_000_001_000 }), []],
  ['a changed class of the system', priorityClass('system-node-critical'), [
    `${RESERVED}value of system-node-critical PriorityClass must be 2000001000`]],
  ['a global class of the system', priorityClass('system-cluster-critical', { value: 2_000_000_000, globalDefault: true }), [
    `${RESERVED}globalDefault of system-cluster-critical PriorityClass must be false`]],
  ['a new class of the system', priorityClass('system-mine'), [`${RESERVED}system-mine is not a known system priority class`]],
  ['an unknown policy', priorityClass('a', { preemptionPolicy: 'Foo' }), [
    'preemptionPolicy: Unsupported value: "Foo": supported values: "PreemptLowerPriority", "Never"']],
])('validates %s', (_, object, errors) => {
  expect(validatePriorityClass(object).map(fieldErrorMessage)).toEqual(errors);
});

it('keeps value and policy', () => {
  const updated = priorityClass('a', { value: 2, preemptionPolicy: 'Never' });
  expect(validatePriorityClassUpdate(updated, priorityClass('a')).map(fieldErrorMessage)).toEqual([
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "Never": field is immutable',
  ]);
});

it('preempts by default', () => {
  const object = priorityClass('a');
  setDefaults(object);
  expect(object.preemptionPolicy).toBe('PreemptLowerPriority');
});
