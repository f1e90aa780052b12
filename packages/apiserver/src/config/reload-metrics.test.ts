import { MetricsRegistry } from '@typekube/component-base';
import { reloadMetrics } from './reload-metrics';

it.each(['encryption', 'authentication'] as const)('counts reloads of %s by how they went and whose they are', async (kind) => {
  const registry = new MetricsRegistry();
  const onReload = reloadMetrics(registry, kind);
  for (const status of ['failure', 'failure', 'success'] as const) onReload(status);
  const { body } = await registry.expose();
  expect(body).toMatch(new RegExp(`apiserver_${kind}_config_controller_automatic_reloads_total\\{status="failure",apiserver_id_hash="sha256:[0-9a-f]{64}"\\} 2`));
  expect(body).toMatch(new RegExp(`apiserver_${kind}_config_controller_automatic_reload_last_timestamp_seconds\\{status="success",apiserver_id_hash="sha256:[0-9a-f]{64}"\\} \\d{10}`));
  expect(body).toContain(`# HELP apiserver_${kind}_config_controller_automatic_reloads_total [${kind === 'encryption' ? 'ALPHA' : 'BETA'}] Total number of`);
});
