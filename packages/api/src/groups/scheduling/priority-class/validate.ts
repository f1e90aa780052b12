import { FieldPath, forbidden, notSupported, required, type FieldError } from '@typekube/apimachinery';
import { validateImmutable } from '../../../shared/fields/field-rules';
import type { schedulingv1 } from '../../../types';

type PriorityClass = schedulingv1.PriorityClass;

/** Above this are the system's own classes. */
const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM_PREFIX = 'system-';
const SYSTEM_CLASSES: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'] as const;

export function validatePriorityClass(priorityClass: PriorityClass): FieldError[] {
  const { value = 0, preemptionPolicy } = priorityClass;
  const name = priorityClass.metadata.name ?? '';
  const errors: FieldError[] = [];
  if (name.startsWith(SYSTEM_PREFIX)) {
    errors.push(...validateSystemClass(name, priorityClass));
  } else if (value > HIGHEST_USER_PRIORITY) {
    const detail = `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`;
    errors.push(forbidden(FieldPath.of('value'), detail));
  }
  if (preemptionPolicy !== undefined)
    errors.push(...validatePreemptionPolicy(preemptionPolicy, FieldPath.of('preemptionPolicy')));
  return errors;
}

export function validatePriorityClassUpdate(priorityClass: PriorityClass, old: PriorityClass): FieldError[] {
  const sameValue = (priorityClass.value ?? 0) === (old.value ?? 0);
  return [
    ...(sameValue ? [] : [forbidden(FieldPath.of('value'), 'may not be changed in an update.')]),
    ...validateImmutable(priorityClass.preemptionPolicy, old.preemptionPolicy, FieldPath.of('preemptionPolicy')),
  ];
}

/** Whether pods of the class may take the place of others. */
function validatePreemptionPolicy(policy: string, path: FieldPath): FieldError[] {
  if (policy === '') return [required(path)];
  return PREEMPTION_POLICIES.some((known) => known === policy) ? [] : [notSupported(path, policy, PREEMPTION_POLICIES)];
}

function validateSystemClass(name: string, { value = 0, globalDefault = false }: PriorityClass): FieldError[] {
  const problem = systemClassProblem(name, value, globalDefault);
  if (problem === undefined) return [];
  const detail = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`;
  return [forbidden(FieldPath.of('metadata', 'name'), detail)];
}

function systemClassProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const known = SYSTEM_CLASSES.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
