import type { LabelSelector } from '@typekube/apimachinery';
import { withoutUndefined } from '../../../shared/without-undefined';
import type { autoscalingv2 } from '../../../types';

/** The state of a metric as the annotation of autoscaling/v1 holds it: upstream's autoscaling/v1 MetricStatus. */
export interface LegacyMetricStatus {
  type: string;
  object?: {
    target: autoscalingv2.CrossVersionObjectReference;
    metricName: string;
    currentValue: string;
    selector?: LabelSelector;
    averageValue?: string;
  };
  pods?: { metricName: string; currentAverageValue: string; selector?: LabelSelector };
  resource?: { name: string; currentAverageUtilization?: number; currentAverageValue: string };
  containerResource?: { name: string; container: string; currentAverageUtilization?: number; currentAverageValue: string };
  external?: { metricName: string; metricSelector?: LabelSelector; currentValue: string; currentAverageValue?: string };
}

type MetricStatus = autoscalingv2.MetricStatus;

export function metricStatusToLegacy(status: MetricStatus): LegacyMetricStatus {
  const { type, object, pods, resource, containerResource, external } = status;
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? '0',
        ...withoutUndefined({ selector: object.metric.selector, averageValue: object.current.averageValue }),
      },
    }),
    ...(pods && {
      pods: {
        metricName: pods.metric.name,
        currentAverageValue: pods.current.averageValue ?? '0',
        ...withoutUndefined({ selector: pods.metric.selector }),
      },
    }),
    ...(resource && { resource: { name: resource.name, ...averages(resource.current) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        ...averages(containerResource.current),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        currentValue: external.current.value ?? '0',
        ...withoutUndefined({ metricSelector: external.metric.selector, currentAverageValue: external.current.averageValue }),
      },
    }),
  };
}

export function metricStatusFromLegacy(status: LegacyMetricStatus): MetricStatus {
  const { type, object, pods, resource, containerResource, external } = status;
  return {
    type,
    ...(object && {
      object: {
        describedObject: object.target,
        metric: { name: object.metricName, ...withoutUndefined({ selector: object.selector }) },
        current: { value: object.currentValue, ...withoutUndefined({ averageValue: object.averageValue }) },
      },
    }),
    ...(pods && {
      pods: {
        metric: { name: pods.metricName, ...withoutUndefined({ selector: pods.selector }) },
        current: { averageValue: pods.currentAverageValue },
      },
    }),
    ...(resource && { resource: { name: resource.name, current: current(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        container: containerResource.container,
        current: current(containerResource),
      },
    }),
    ...(external && {
      external: {
        metric: { name: external.metricName, ...withoutUndefined({ selector: external.metricSelector }) },
        current: { value: external.currentValue, ...withoutUndefined({ averageValue: external.currentAverageValue }) },
      },
    }),
  };
}

interface Averages {
  currentAverageUtilization?: number;
  currentAverageValue: string;
}

function averages({ averageUtilization, averageValue }: autoscalingv2.MetricValueStatus): Averages {
  return {
    ...withoutUndefined({ currentAverageUtilization: averageUtilization }),
    currentAverageValue: averageValue ?? '0',
  };
}

function current({ currentAverageUtilization, currentAverageValue }: Averages): autoscalingv2.MetricValueStatus {
  return { ...withoutUndefined({ averageUtilization: currentAverageUtilization }), averageValue: currentAverageValue };
}
