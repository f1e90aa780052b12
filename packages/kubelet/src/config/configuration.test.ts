import { parseConfiguration } from './configuration';

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

it('has the defaults of upstream', async () => {
  expect(await parseConfiguration(HEAD)).toMatchObject({
    port: 10250,
    maxPods: 110,
    nodeLeaseDurationSeconds: 40,
    nodeStatusUpdateFrequency: 10_000,
    syncFrequency: 60_000,
    runtimeRequestTimeout: 120_000,
    authentication: { anonymous: false, webhook: true, webhookCacheTtl: 120_000 },
    authorization: { mode: 'Webhook', webhookCacheAuthorizedTtl: 300_000, webhookCacheUnauthorizedTtl: 30_000 },
    ignored: [],
  });
});

it('reads a file, and names what has no effect yet', async () => {
  const text = `${HEAD}port: 0\nclusterDNS: [10.0.0.10]\nauthentication: {anonymous: {enabled: true}, x509: {clientCAFile: /ca}, webhook: {enabled: false, cacheTTL: 5s}}\nauthorization: {mode: AlwaysAllow, webhook: {cacheAuthorizedTTL: 1s}}\ncpuManagerPolicy: none\nruntimeRequestTimeout: 3m\ncrashLoopBackOff: {maxContainerRestartPeriod: 10s}\n`;
  expect(await parseConfiguration(text)).toMatchObject({
    port: 0,
    clusterDns: ['10.0.0.10'],
    authentication: { anonymous: true, webhook: false, webhookCacheTtl: 5_000 },
    authorization: { mode: 'AlwaysAllow', webhookCacheAuthorizedTtl: 1_000, webhookCacheUnauthorizedTtl: 30_000 },
    clientCaFile: '/ca',
    maxRestartBackoff: 10_000,
    runtimeRequestTimeout: 180_000,
    ignored: ['cpuManagerPolicy'],
  });
});

it('is strict', async () => {
  await expect(parseConfiguration(`${HEAD}prot: 1\n`)).rejects.toThrow('unknown field "prot"');
  await expect(parseConfiguration(`${HEAD}authorization: {mode: RBAC}\n`)).rejects.toThrow('authorization.mode: Unsupported value: "RBAC"');
});
