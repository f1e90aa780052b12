import type { autoscalingv2 } from '../../../types';

/** The one metric that autoscaling/v1 has a field for: the average utilization of the pods' CPU requests. */
export function isCpuUtilization({ type, resource }: autoscalingv2.MetricSpec): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;
}

export function isCpuUtilizationStatus({ type, resource }: autoscalingv2.MetricStatus): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.current.averageUtilization !== undefined;
}
