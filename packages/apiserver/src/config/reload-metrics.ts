import type { MetricsRegistry } from '@typekube/component-base';
import { metricHash, serverIdentity } from './server-identity';

/** Told how taking over a changed configuration file has gone. */
export type OnReload = (status: 'success' | 'failure') => void;

/** Counts the reloads of one kind of configuration file, with upstream's names. */
export function reloadMetrics(metrics: MetricsRegistry, kind: 'authentication' | 'authorization' | 'encryption'): OnReload {
  const isEncryption = kind === 'encryption';
  const common = { labelNames: ['status', 'apiserver_id_hash'] as const, stability: isEncryption ? ('ALPHA' as const) : ('BETA' as const) };
  const total = metrics.counter({
    name: `apiserver_${kind}_config_controller_automatic_reloads_total`,
    help: isEncryption
      ? 'Total number of reload successes and failures of encryption configuration split by apiserver identity.'
      : `Total number of automatic reloads of ${kind} configuration split by status and apiserver identity.`,
    ...common,
  });
  const last = metrics.gauge({
    name: `apiserver_${kind}_config_controller_automatic_reload_last_timestamp_seconds`,
    help: isEncryption
      ? 'Timestamp of the last successful or failed automatic reload of encryption configuration split by apiserver identity.'
      : `Timestamp of the last automatic reload of ${kind} configuration split by status and apiserver identity.`,
    ...common,
  });
  const apiserver_id_hash = metricHash(serverIdentity());
  return (status) => {
    total.inc({ status, apiserver_id_hash });
    last.set({ status, apiserver_id_hash }, Date.now() / 1000);
  };
}
