import { parseConfiguration } from './configuration';

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

it('has the defaults of upstream', async () => {
  expect(await parseConfiguration(HEAD)).toMatchObject({
    port: 10250,
    maxPods: 110,
    nodeLeaseDurationSeconds: 40,
    nodeStatusUpdateFrequency: 10_000,
    syncFrequency: 60_000,
    anonymousAuth: false,
    ignored: [],
  });
});

it('reads a file, and names what has no effect yet', async () => {
  const text = `${HEAD}port: 0\nclusterDNS: [10.0.0.10]\nauthentication: {anonymous: {enabled: true}, x509: {clientCAFile: /ca}}\nevictionHard: {memory.available: 100Mi}\ncrashLoopBackOff: {maxContainerRestartPeriod: 10s}\n`;
  expect(await parseConfiguration(text)).toMatchObject({
    port: 0,
    clusterDns: ['10.0.0.10'],
    anonymousAuth: true,
    clientCaFile: '/ca',
    maxRestartBackoff: 10_000,
    ignored: ['evictionHard'],
  });
});

it('is strict', async () => {
  await expect(parseConfiguration(`${HEAD}prot: 1\n`)).rejects.toThrow('unknown field "prot"');
});
