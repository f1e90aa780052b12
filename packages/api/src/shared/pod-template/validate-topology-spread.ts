import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  type LabelSelector,
  required,
  validateLabelName,
  validateLabelSelector,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isMissing, validateEnum, validatePositiveField } from '../fields/field-rules';
import { ratcheted } from '../fields/ratchet';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

/** How evenly pods are spread; a topology may be constrained once for each action. */
export function validateTopologySpread(constraints: readonly corev1.TopologySpreadConstraint[], path: FieldPath): FieldError[] {
  return constraints.flatMap((constraint, i) => {
    const at = path.index(i);
    const { topologyKey, whenUnsatisfiable, nodeAffinityPolicy, nodeTaintsPolicy, labelSelector } = constraint;
    const errors = validatePositiveField(constraint.maxSkew ?? 0, at.child('maxSkew'));
    if (isMissing(topologyKey)) errors.push(required(at.child('topologyKey'), 'can not be empty'));
    errors.push(...validateEnum(whenUnsatisfiable ?? '', at.child('whenUnsatisfiable'), ACTIONS));
    errors.push(
      ...validateNotRepeated(constraint, constraints.slice(i + 1), at),
      ...validateMinDomains(constraint, at.child('minDomains')),
    );
    if (nodeAffinityPolicy !== undefined)
      errors.push(...validateEnum(nodeAffinityPolicy, at.child('nodeAffinityPolicy'), NODE_POLICIES));
    if (nodeTaintsPolicy !== undefined)
      errors.push(...validateEnum(nodeTaintsPolicy, at.child('nodeTaintsPolicy'), NODE_POLICIES));
    errors.push(...ratcheted('label keys of topology spread', validateMatchLabelKeys(constraint.matchLabelKeys ?? [], at.child('matchLabelKeys'), labelSelector)));
    return [...errors, ...ratcheted('selectors of topology spread', validateLabelSelector(labelSelector, {}, at.child('labelSelector')))];
  });
}

function validateNotRepeated(
  { topologyKey, whenUnsatisfiable }: corev1.TopologySpreadConstraint,
  others: readonly corev1.TopologySpreadConstraint[],
  path: FieldPath,
): FieldError[] {
  const repeated = others.some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
  return repeated ? [duplicate(path.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`)] : [];
}

function validateMinDomains({ minDomains, whenUnsatisfiable }: corev1.TopologySpreadConstraint, path: FieldPath): FieldError[] {
  if (minDomains === undefined) return [];
  const errors = validatePositiveField(minDomains, path);
  if (whenUnsatisfiable !== 'DoNotSchedule') {
    errors.push(
      invalid(path, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`),
    );
  }
  return errors;
}

function validateMatchLabelKeys(keys: readonly string[], path: FieldPath, selector: LabelSelector | undefined): FieldError[] {
  if (keys.length === 0) return [];
  const errors = selector ? [] : [forbidden(path, 'must not be specified when labelSelector is not set')];
  const selected = new Set([
    ...Object.keys(selector?.matchLabels ?? {}),
    ...(selector?.matchExpressions ?? []).map(({ key }) => key),
  ]);
  for (const [i, key] of keys.entries()) {
    errors.push(...validateLabelName(key, path.index(i)));
    if (selected.has(key)) errors.push(invalid(path.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
  }
  return errors;
}
