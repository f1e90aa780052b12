import { FieldPath, forbidden, invalid, type FieldError } from '@typekube/apimachinery';
import { validateNonnegativeField } from '../../../shared/fields/field-rules';
import type { autoscalingv2 } from '../../../types';
import { validateBehavior } from './validate-behavior';
import { validateMetric } from './validate-metrics';
import { apiVersionProblem, validateObjectReference, type ReferenceLeniency } from './validate-target-ref';

type Autoscaler = autoscalingv2.HorizontalPodAutoscaler;

const SPEC = FieldPath.of('spec');
const STATUS = FieldPath.of('status');

interface Leniency {
  readonly minReplicasLowerBound: 0 | 1;
  readonly target: ReferenceLeniency;
  readonly metrics: ReferenceLeniency;
}

/** `old` is the stored object on an update: what was let through before stays valid. */
export function validateHorizontalPodAutoscaler(autoscaler: Autoscaler, old?: Autoscaler): FieldError[] {
  const leniency = leniencyFor(autoscaler, old);
  const { scaleTargetRef = {}, metrics = [], behavior } = autoscaler.spec ?? {};
  return [
    ...validateReplicas(autoscaler, leniency.minReplicasLowerBound),
    ...validateObjectReference(scaleTargetRef, SPEC.child('scaleTargetRef'), leniency.target),
    ...metrics.flatMap((metric, i) => validateMetric(metric, SPEC.child('metrics').index(i), leniency.metrics)),
    ...validateScaleToZero(autoscaler),
    ...(behavior ? validateBehavior(behavior, SPEC.child('behavior')) : []),
  ];
}

export function validateHorizontalPodAutoscalerStatusUpdate({ status }: Autoscaler): FieldError[] {
  return [
    ...validateNonnegativeField(status?.currentReplicas ?? 0, STATUS.child('currentReplicas')),
    ...validateNonnegativeField(status?.desiredReplicas ?? 0, STATUS.child('desiredReplicas')),
  ];
}

/** Zero replicas are allowed where they were before: the gate HPAScaleToZero is off by default. */
function leniencyFor(autoscaler: Autoscaler, old: Autoscaler | undefined): Leniency {
  const target = autoscaler.spec?.scaleTargetRef;
  const oldTarget = old?.spec?.scaleTargetRef;
  const sameTarget = old !== undefined && oldTarget?.apiVersion === target?.apiVersion && oldTarget?.kind === target?.kind;
  const strict: ReferenceLeniency = { allowInvalidApiVersion: false, allowEmptyApiGroup: true };
  const oldMetricIsInvalid = (old?.spec?.metrics ?? []).some(
    ({ type, object }) => type === 'Object' && object && apiVersionProblem(object.describedObject.apiVersion ?? '', strict),
  );
  return {
    minReplicasLowerBound: old?.spec?.minReplicas === 0 ? 0 : 1,
    target: { allowInvalidApiVersion: sameTarget, allowEmptyApiGroup: target?.kind === 'ReplicationController' },
    metrics: { ...strict, allowInvalidApiVersion: oldMetricIsInvalid },
  };
}

function validateReplicas({ spec }: Autoscaler, lowerBound: number): FieldError[] {
  const { minReplicas: min, maxReplicas: max = 0 } = spec ?? {};
  const errors: FieldError[] = [];
  if (min !== undefined && min < lowerBound) {
    errors.push(invalid(SPEC.child('minReplicas'), min, `must be greater than or equal to ${lowerBound}`));
  }
  if (max < 1) errors.push(invalid(SPEC.child('maxReplicas'), max, 'must be greater than 0'));
  if (min !== undefined && max < min) {
    errors.push(invalid(SPEC.child('maxReplicas'), max, 'must be greater than or equal to `minReplicas`'));
  }
  return errors;
}

/** Without pods there are no pod metrics to wake up by. */
function validateScaleToZero({ spec }: Autoscaler): FieldError[] {
  if (spec?.minReplicas !== 0) return [];
  if (spec.metrics?.some(({ type }) => type === 'Object' || type === 'External')) return [];
  const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
  return [forbidden(SPEC.child('metrics'), detail)];
}
