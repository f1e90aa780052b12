import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
  selectorFromLabelSelector,
  validateLabelSelector,
} from '@typekube/apimachinery';
import { validateImmutable, validateNonnegativeField } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import { validateCollisionCount, validateCounters } from '../../../shared/pod-template/replica-status';
import {
  intOrPercentValue,
  validateNotMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../../shared/pod-template/rolling-update';
import {
  validatePodTemplate,
  validateRunsForever,
  validateTemplateMatches,
} from '../../../shared/pod-template/validate-pod-template';
import { validateNotEmpty } from '../../../shared/pod-template/validate-selector';
import type { appsv1 } from '../../../types';

const SPEC = FieldPath.of('spec');

/** As ValidateDaemonSet. A missing selector selects nothing, so it does not match the template. */
export function validate(object: appsv1.DaemonSet): FieldError[] {
  const spec: Partial<appsv1.DaemonSetSpec> = object.spec ?? {};
  const { selector, template = {}, minReadySeconds = 0, revisionHistoryLimit = 0 } = spec;
  const path = SPEC.child('template');
  const errors = validateLabelSelector(selector, {}, SPEC.child('selector'));
  if (errors.length === 0) errors.push(...validateTemplateMatches(template, selectorFromLabelSelector(selector), path));
  if (selector) errors.push(...validateNotEmpty(selector, SPEC.child('selector'), 'daemonset'));
  return [
    ...errors,
    ...validatePodTemplate(template, path),
    ...validateRunsForever(template, path, 'DaemonSet'),
    ...validateNonnegativeField(minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateUpdateStrategy(spec.updateStrategy ?? {}, SPEC.child('updateStrategy')),
    ...validateNonnegativeField(revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
  ];
}

const TYPES = ['RollingUpdate', 'OnDelete'];

function validateUpdateStrategy(strategy: appsv1.DaemonSetUpdateStrategy, path: FieldPath): FieldError[] {
  if (strategy.type === 'OnDelete') return [];
  if (strategy.type !== 'RollingUpdate') return [notSupported(path, strategy, TYPES)];
  const at = path.child('rollingUpdate');
  return strategy.rollingUpdate ? validateRollingUpdate(strategy.rollingUpdate, at) : [required(at)];
}

/** A node's pod goes first or the new one comes first: exactly one of the two. */
function validateRollingUpdate(
  { maxUnavailable = 0, maxSurge = 0 }: appsv1.RollingUpdateDaemonSet,
  path: FieldPath,
): FieldError[] {
  const unavailable = path.child('maxUnavailable');
  const surge = path.child('maxSurge');
  const errors = [
    ...validatePositiveIntOrPercent(maxUnavailable, unavailable),
    ...validatePositiveIntOrPercent(maxSurge, surge),
    ...validateNotMoreThan100Percent(maxUnavailable, unavailable),
    ...validateNotMoreThan100Percent(maxSurge, surge),
  ];
  const [hasUnavailable, hasSurge] = [intOrPercentValue(maxUnavailable) !== 0, intOrPercentValue(maxSurge) !== 0];
  if (hasUnavailable && hasSurge) errors.push(invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!hasUnavailable && !hasSurge) errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

export function validateUpdate(object: appsv1.DaemonSet, old: appsv1.DaemonSet): FieldError[] {
  const errors = withoutStored(validate(object), () => validate(old));
  return [...errors, ...validateImmutable(object.spec?.selector, old.spec?.selector, SPEC.child('selector'))];
}

const COUNTERS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

export function validateStatusUpdate({ status }: appsv1.DaemonSet, old: appsv1.DaemonSet): FieldError[] {
  if (!status) return [];
  const path = FieldPath.of('status');
  return [...validateCounters(status, path, COUNTERS), ...validateCollisionCount(status, old.status, path)];
}
