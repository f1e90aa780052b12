import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
  selectorFromLabelSelector,
  SelectorError,
} from '@typekube/apimachinery';
import { validateImmutable, validateNonnegativeField } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import { validateCollisionCount, validateCounters, validatePartsOfReplicas } from '../../../shared/pod-template/replica-status';
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
import { validateWorkloadSelector } from '../../../shared/pod-template/validate-selector';
import type { appsv1 } from '../../../types';

const SPEC = FieldPath.of('spec');

/** As ValidateDeployment. */
export function validate(object: appsv1.Deployment): FieldError[] {
  const spec: Partial<appsv1.DeploymentSpec> = object.spec ?? {};
  const { replicas = 0, minReadySeconds = 0, revisionHistoryLimit, progressDeadlineSeconds: deadline } = spec;
  const errors = [
    ...validateNonnegativeField(replicas, SPEC.child('replicas')),
    ...validateWorkloadSelector(spec.selector, SPEC.child('selector'), 'deployment'),
    ...validateReplicaSetTemplate(spec, SPEC),
    ...validateStrategy(spec.strategy ?? {}, SPEC.child('strategy')),
    ...validateNonnegativeField(minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateNonnegativeField(revisionHistoryLimit ?? 0, SPEC.child('revisionHistoryLimit')),
  ];
  if (deadline === undefined) return errors;
  errors.push(...validateNonnegativeField(deadline, SPEC.child('progressDeadlineSeconds')));
  if (deadline <= minReadySeconds) {
    errors.push(invalid(SPEC.child('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

/** The template of a replica set, alone or made by a deployment (ValidatePodTemplateSpecForReplicaSet). */
export function validateReplicaSetTemplate(spec: Partial<appsv1.ReplicaSetSpec>, path: FieldPath): FieldError[] {
  const { template = {} } = spec;
  const at = path.child('template');
  return [
    ...validateSelectsTemplate(spec, path),
    ...validatePodTemplate(template, at),
    ...validateRunsForever(template, at, 'ReplicaSet'),
  ];
}

function validateSelectsTemplate({ selector, template = {} }: Partial<appsv1.ReplicaSetSpec>, path: FieldPath): FieldError[] {
  try {
    return validateTemplateMatches(template, selectorFromLabelSelector(selector), path.child('template'));
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return [invalid(path.child('selector'), selector, 'invalid label selector')];
  }
}

const TYPES = ['Recreate', 'RollingUpdate'];

function validateStrategy(strategy: appsv1.DeploymentStrategy, path: FieldPath): FieldError[] {
  const at = path.child('rollingUpdate');
  switch (strategy.type) {
    case 'Recreate':
      return strategy.rollingUpdate ? [forbidden(at, "may not be specified when strategy `type` is 'Recreate'")] : [];
    case 'RollingUpdate':
      if (!strategy.rollingUpdate) return [required(at, 'this should be defaulted and never be nil')];
      return validateRollingUpdate(strategy.rollingUpdate, at);
    default:
      return [notSupported(path, strategy, TYPES)];
  }
}

function validateRollingUpdate(
  { maxUnavailable = 0, maxSurge = 0 }: appsv1.RollingUpdateDeployment,
  path: FieldPath,
): FieldError[] {
  const at = path.child('maxUnavailable');
  const errors = [
    ...validatePositiveIntOrPercent(maxUnavailable, at),
    ...validatePositiveIntOrPercent(maxSurge, path.child('maxSurge')),
  ];
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    errors.push(invalid(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validateNotMoreThan100Percent(maxUnavailable, at)];
}

export function validateUpdate(object: appsv1.Deployment, old: appsv1.Deployment): FieldError[] {
  const errors = withoutStored(validate(object), () => validate(old));
  return [...errors, ...validateImmutable(object.spec?.selector, old.spec?.selector, SPEC.child('selector'))];
}

const COUNTERS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'collisionCount',
] as const;

export function validateStatusUpdate({ status = {} }: appsv1.Deployment, old: appsv1.Deployment): FieldError[] {
  const path = FieldPath.of('status');
  return [
    ...validateCounters(status, path, COUNTERS),
    ...validatePartsOfReplicas(status, path, { parts: ['updatedReplicas', 'readyReplicas', 'availableReplicas'] }),
    ...validateCollisionCount(status, old.status, path),
  ];
}
