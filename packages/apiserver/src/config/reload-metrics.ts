import type { MetricsRegistry } from '@typekube/component-base';

/** Told how taking over a changed configuration file has gone. */
export type OnReload = (status: 'success' | 'failure') => void;

/** Counts the reloads of one kind of configuration file, with upstream's names. */
export function reloadMetrics(metrics: MetricsRegistry, kind: 'authentication' | 'authorization' | 'encryption'): OnReload {
  const total = metrics.counter({
    name: `apiserver_${kind}_config_controller_automatic_reloads_total`,
    help: `Total number of automatic reloads of ${kind} configuration split by status.`,
    labelNames: ['status'],
  });
  const last = metrics.gauge({
    name: `apiserver_${kind}_config_controller_automatic_reload_last_timestamp_seconds`,
    help: `Timestamp of the last automatic reload of ${kind} configuration split by status.`,
    labelNames: ['status'],
  });
  return (status) => {
    total.inc({ status });
    last.set({ status }, Date.now() / 1000);
  };
}
