import type { autoscalingv2 } from '../../../types';

type Metric = autoscalingv2.MetricSpec;
type Status = autoscalingv2.MetricStatus;
type Current = autoscalingv2.MetricValueStatus;
type Target = autoscalingv2.MetricTarget;

const SHOWN = 2;
const UNKNOWN = '<unknown>';

/** `cpu: 12%/80%, 5/10 (avg) + 1 more...`: each metric's current value and its target (upstream's formatHPAMetrics). */
export function metricsText(metrics: readonly Metric[], statuses: readonly Status[]): string {
  if (metrics.length === 0) return '<none>';
  const shown = metrics.slice(0, SHOWN).map((metric, position) => metricText(metric, statuses[position]));
  const more = metrics.length - SHOWN;
  return more > 0 ? `${shown.join(', ')} + ${more} more...` : shown.join(', ');
}

function metricText(metric: Metric, status: Status | undefined): string {
  switch (metric.type) {
    case 'External':
      return valueText(metric.external?.target, status?.external?.current);
    case 'Object':
      return valueText(metric.object?.target, status?.object?.current);
    case 'Pods':
      return `${averageOf(status?.pods?.current)}/${metric.pods?.target.averageValue ?? '0'}`;
    case 'Resource':
      return resourceText(metric.resource, status?.resource?.current);
    case 'ContainerResource':
      return resourceText(metric.containerResource, status?.containerResource?.current);
    default:
      return '<unknown type>';
  }
}

function valueText(target: Target | undefined, current: Current | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${current ? (current.value ?? '0') : UNKNOWN}/${target?.value ?? '0'}`;
}

function resourceText(source: { name: string; target: Target } | undefined, current: Current | undefined): string {
  const { name = '', target } = source ?? {};
  if (target?.averageValue !== undefined) return `${name}: ${averageOf(current)}/${target.averageValue}`;
  return `${name}: ${percent(current?.averageUtilization) ?? UNKNOWN}/${percent(target?.averageUtilization) ?? '<auto>'}`;
}

function averageOf(current: Current | undefined): string {
  return current ? (current.averageValue ?? '0') : UNKNOWN;
}

function percent(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}%`;
}
