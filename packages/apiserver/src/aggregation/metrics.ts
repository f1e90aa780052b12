import type { MetricsRegistry } from '@typekube/component-base';
import type { Availability } from './plan-availability';
import type { RemoteApi } from './remote-api';

/** Told of what is found out about API services. */
export interface AggregationMetrics {
  onStatus(api: RemoteApi, found: Availability): void;
  forget(name: string): void;
}

/** `aggregator_unavailable_apiservice*`, as upstream's. */
export function aggregationMetrics(metrics: MetricsRegistry): AggregationMetrics {
  const unavailable = new Map<string, boolean>();
  const reasons = new Map<string, string>();
  metrics.gauge({
    name: 'aggregator_unavailable_apiservice',
    help: 'Gauge of APIServices which are marked as unavailable broken down by APIService name.',
    labelNames: ['name'],
    collect: (gauge) => {
      gauge.reset();
      for (const [name, is] of unavailable) gauge.set({ name }, is ? 1 : 0);
    },
  });
  const total = metrics.counter({
    name: 'aggregator_unavailable_apiservice_total',
    help: 'Counter of APIServices which are marked as unavailable broken down by APIService name and reason.',
    labelNames: ['name', 'reason'],
  });
  return {
    onStatus({ name }, { status, reason }) {
      unavailable.set(name, status === 'False');
      if (status === 'False' && reasons.get(name) !== reason) total.inc({ name, reason });
      reasons.set(name, status === 'False' ? reason : '');
    },
    forget(name) {
      unavailable.delete(name);
      reasons.delete(name);
    },
  };
}
