import { MetricsRegistry } from '@typekube/component-base';
import { metricHash } from '../../config/server-identity';
import { KmsMetrics } from './metrics';

async function linesOf(registry: MetricsRegistry, name: string): Promise<string[]> {
  const { body } = await registry.expose();
  return body.split('\n').filter((line) => line.startsWith(`${name}{`));
}

it('shows the keys that were used last by their hashes, no more than ten', async () => {
  const registry = new MetricsRegistry();
  const metrics = new KmsMetrics(registry);
  for (let i = 0; i < 12; i++) metrics.used('to_storage', 'vault', `key-${i}`);
  metrics.used('to_storage', 'vault', 'key-11');
  metrics.told('vault', 'key-1');
  const lines = await linesOf(registry, 'apiserver_envelope_encryption_key_id_hash_total');
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toMatch(new RegExp(`^apiserver_envelope_encryption_key_id_hash_total\\{transformation_type="to_storage",provider_name="vault",key_id_hash="${metricHash('key-11')}",apiserver_id_hash="sha256:[0-9a-f]{64}"\\} 2$`));
  expect(await linesOf(registry, 'apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds')).toHaveLength(10);
  expect((await linesOf(registry, 'apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds'))[0]).toContain(metricHash('key-1'));
});

it("times calls by their method and gRPC's code in Go's words", async () => {
  const registry = new MetricsRegistry();
  const metrics = new KmsMetrics(registry);
  metrics.called('vault', '/v2.KeyManagementService/Encrypt', 0.2);
  metrics.called('vault', '/v2.KeyManagementService/Status', 3, 4);
  metrics.toldInvalid('vault', 'empty');
  metrics.keepsSeeds('vault', 3);
  const { body } = await registry.expose();
  expect(body).toContain('kms_operations_latency_seconds_count{provider_name="vault",method_name="/v2.KeyManagementService/Encrypt",grpc_status_code="OK"} 1');
  expect(body).toContain('kms_operations_latency_seconds_count{provider_name="vault",method_name="/v2.KeyManagementService/Status",grpc_status_code="DeadlineExceeded"} 1');
  expect(body).toContain('apiserver_envelope_encryption_invalid_key_id_from_status_total{provider_name="vault",error="empty"} 1');
  expect(body).toContain('apiserver_envelope_encryption_dek_source_cache_size{provider_name="vault"} 3');
});
