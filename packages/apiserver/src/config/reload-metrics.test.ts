import { MetricsRegistry } from '@typekube/component-base';
import { reloadMetrics } from './reload-metrics';

it('counts reloads by how they went', async () => {
  const registry = new MetricsRegistry();
  const onReload = reloadMetrics(registry, 'encryption');
  for (const status of ['failure', 'failure', 'success'] as const) onReload(status);
  const { body } = await registry.expose();
  expect(body).toContain('apiserver_encryption_config_controller_automatic_reloads_total{status="failure"} 2');
  expect(body).toMatch(/apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds\{status="success"\} \d{10}/);
});
