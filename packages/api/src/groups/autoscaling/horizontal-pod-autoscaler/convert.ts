import type { KubeObject } from '@typekube/apimachinery';
import type { autoscalingv1, autoscalingv2 } from '../../../types';
import { isCpuUtilization, isCpuUtilizationStatus } from './cpu-utilization';
import { readBehavior, writeBehavior } from './legacy-behavior';
import { metricFromLegacy, metricToLegacy, type LegacyMetric } from './legacy-metrics';
import { metricStatusFromLegacy, metricStatusToLegacy, type LegacyMetricStatus } from './legacy-metric-status';

/** The annotations that carry in autoscaling/v1 what its fields cannot say. */
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';

type Autoscaler = autoscalingv2.HorizontalPodAutoscaler;
type AutoscalerV1 = autoscalingv1.HorizontalPodAutoscaler;

/** Between autoscaling/v1 and the stored v2, as upstream's pkg/apis/autoscaling/v1 conversions. */
export const conversionV1 = {
  toStorage: (object: KubeObject): Autoscaler => toV2(object as AutoscalerV1),
  fromStorage: (object: Autoscaler): AutoscalerV1 => toV1(object),
};

function toV1({ metadata, spec, status, ...rest }: Autoscaler): AutoscalerV1 {
  const annotations = { ...metadata.annotations, ...annotationsOf({ spec, status }) };
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    ...(spec && { spec: specToV1(spec) }),
    ...(status && { status: statusToV1(status) }),
  };
}

function specToV1({ metrics, behavior: _behavior, ...same }: autoscalingv2.HorizontalPodAutoscalerSpec): AutoscalerV1['spec'] {
  const target = metrics?.findLast(isCpuUtilization)?.resource?.target.averageUtilization;
  return { ...same, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) };
}

function statusToV1(status: autoscalingv2.HorizontalPodAutoscalerStatus): AutoscalerV1['status'] {
  const { currentMetrics, conditions: _conditions, currentReplicas = 0, ...same } = status;
  const current = currentMetrics?.findLast(isCpuUtilizationStatus)?.resource?.current.averageUtilization;
  return { ...same, currentReplicas, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) };
}

function annotationsOf({ spec, status }: Pick<Autoscaler, 'spec' | 'status'>): Record<string, string> {
  const metrics = spec?.metrics?.filter((metric) => !isCpuUtilization(metric)) ?? [];
  const currentMetrics = status?.currentMetrics ?? [];
  const conditions = status?.conditions ?? [];
  return {
    ...(metrics.length > 0 && { [METRICS]: JSON.stringify(metrics.map(metricToLegacy)) }),
    ...(currentMetrics.length > 0 && { [CURRENT_METRICS]: JSON.stringify(currentMetrics.map(metricStatusToLegacy)) }),
    ...(spec?.behavior && { [BEHAVIOR]: writeBehavior(spec.behavior) }),
    ...(conditions.length > 0 && { [CONDITIONS]: JSON.stringify(conditions) }),
  };
}

function toV2({ metadata, spec, status, ...rest }: AutoscalerV1): Autoscaler {
  const { annotations = {}, ...meta } = metadata;
  const { [METRICS]: metrics, [CURRENT_METRICS]: currentMetrics, ...others } = annotations;
  const { [BEHAVIOR]: behavior, [CONDITIONS]: conditions, ...own } = others;
  const carried = {
    metrics: parseList<LegacyMetric>(metrics)?.map(metricFromLegacy),
    behavior: readBehavior(parseJson(behavior)),
    currentMetrics: parseList<LegacyMetricStatus>(currentMetrics)?.map(metricStatusFromLegacy),
    conditions: parseList<autoscalingv2.HorizontalPodAutoscalerCondition>(conditions),
  };
  const hasStatus = status ?? carried.currentMetrics ?? carried.conditions;
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: { ...meta, ...(Object.keys(own).length > 0 && { annotations: own }) },
    ...(spec && { spec: specToV2(spec, carried) }),
    ...(hasStatus && { status: statusToV2(status, carried) }),
  };
}

interface Carried {
  readonly metrics?: autoscalingv2.MetricSpec[];
  readonly behavior?: autoscalingv2.HorizontalPodAutoscalerBehavior;
  readonly currentMetrics?: autoscalingv2.MetricStatus[];
  readonly conditions?: autoscalingv2.HorizontalPodAutoscalerCondition[];
}

function specToV2(spec: autoscalingv1.HorizontalPodAutoscalerSpec, carried: Carried): Autoscaler['spec'] {
  const { targetCPUUtilizationPercentage: target, ...same } = spec;
  const metrics = [...(carried.metrics ?? [])];
  if (target !== undefined) {
    metrics.push({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } });
  }
  return { ...same, ...(metrics.length > 0 && { metrics }), ...(carried.behavior && { behavior: carried.behavior }) };
}

function statusToV2(status: autoscalingv1.HorizontalPodAutoscalerStatus | undefined, carried: Carried): Autoscaler['status'] {
  const { currentCPUUtilizationPercentage: current, desiredReplicas = 0, ...same } = status ?? { currentReplicas: 0 };
  const cpu: autoscalingv2.MetricStatus[] =
    current === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }];
  const currentMetrics = carried.currentMetrics ?? cpu;
  return {
    ...same,
    desiredReplicas,
    ...(currentMetrics.length > 0 && { currentMetrics }),
    ...(carried.conditions && { conditions: carried.conditions }),
  };
}

/** What does not parse is dropped, as upstream does: annotations are anyone's to write. */
function parseList<T>(text: string | undefined): T[] | undefined {
  const value = parseJson(text);
  return Array.isArray(value) ? value.filter((each): each is T => typeof each === 'object' && each !== null) : undefined;
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
