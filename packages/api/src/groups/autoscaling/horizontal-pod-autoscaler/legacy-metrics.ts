import type { LabelSelector } from '@typekube/apimachinery';
import { withoutUndefined } from '../../../shared/without-undefined';
import type { autoscalingv2 } from '../../../types';

/** A metric as the annotation of autoscaling/v1 holds it: upstream's autoscaling/v1 MetricSpec, the flat form from before v2. */
export interface LegacyMetric {
  type: string;
  object?: {
    target: autoscalingv2.CrossVersionObjectReference;
    metricName: string;
    targetValue: string;
    selector?: LabelSelector;
    averageValue?: string;
  };
  pods?: { metricName: string; targetAverageValue: string; selector?: LabelSelector };
  resource?: { name: string; targetAverageUtilization?: number; targetAverageValue?: string };
  containerResource?: { name: string; container: string; targetAverageUtilization?: number; targetAverageValue?: string };
  external?: { metricName: string; metricSelector?: LabelSelector; targetValue?: string; targetAverageValue?: string };
}

type Metric = autoscalingv2.MetricSpec;
type Target = autoscalingv2.MetricTarget;

export function metricToLegacy({ type, object, pods, resource, containerResource, external }: Metric): LegacyMetric {
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? '0',
        ...withoutUndefined({ selector: object.metric.selector, averageValue: object.target.averageValue }),
      },
    }),
    ...(pods && {
      pods: {
        metricName: pods.metric.name,
        targetAverageValue: pods.target.averageValue ?? '0',
        ...withoutUndefined({ selector: pods.metric.selector }),
      },
    }),
    ...(resource && { resource: { name: resource.name, ...averages(resource.target) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        ...averages(containerResource.target),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        ...withoutUndefined({
          metricSelector: external.metric.selector,
          targetValue: external.target.value,
          targetAverageValue: external.target.averageValue,
        }),
      },
    }),
  };
}

export function metricFromLegacy({ type, object, pods, resource, containerResource, external }: LegacyMetric): Metric {
  return {
    type,
    ...(object && {
      object: {
        describedObject: object.target,
        metric: { name: object.metricName, ...withoutUndefined({ selector: object.selector }) },
        target: objectTarget(object.targetValue, object.averageValue),
      },
    }),
    ...(pods && {
      pods: {
        metric: { name: pods.metricName, ...withoutUndefined({ selector: pods.selector }) },
        target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
      },
    }),
    ...(resource && { resource: { name: resource.name, target: averageTarget(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        container: containerResource.container,
        target: averageTarget(containerResource),
      },
    }),
    ...(external && {
      external: {
        metric: { name: external.metricName, ...withoutUndefined({ selector: external.metricSelector }) },
        target: externalTarget(external.targetValue, external.targetAverageValue),
      },
    }),
  };
}

function averages({ averageUtilization, averageValue }: Target): Pick<
  NonNullable<LegacyMetric['resource']>,
  'targetAverageUtilization' | 'targetAverageValue'
> {
  return withoutUndefined({ targetAverageUtilization: averageUtilization, targetAverageValue: averageValue });
}

function averageTarget(metric: { targetAverageUtilization?: number; targetAverageValue?: string }): Target {
  const { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue } = metric;
  const type = averageUtilization === undefined ? 'AverageValue' : 'Utilization';
  return { type, ...withoutUndefined({ averageUtilization, averageValue }) };
}

function objectTarget(value: string, averageValue: string | undefined): Target {
  const type = averageValue === undefined ? 'Value' : 'AverageValue';
  return { type, value, ...withoutUndefined({ averageValue }) };
}

function externalTarget(value: string | undefined, averageValue: string | undefined): Target {
  const type = value === undefined ? 'AverageValue' : 'Value';
  return { type, ...withoutUndefined({ value, averageValue }) };
}
