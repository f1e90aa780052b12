import { configMaps, secrets, serviceAccounts } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

const TYPE = 'kubernetes.io/service-account-token';
const INVALID = 'kubernetes.io/legacy-token-invalid-since';

it('tokens that nobody uses are marked, and deleted where they are so for long', async () => {
  // The shortest period there is: what is there when the controller starts has not been used for long.
  await using cluster = await TestCluster.start(['--controllers=legacy-service-account-token-cleaner', '--legacy-service-account-token-clean-up-period=1ms']);
  await cluster.killManager();
  const { client } = cluster;
  await client.for(configMaps, 'kube-system').patch('kube-apiserver-legacy-service-account-token-tracking', { type: 'merge', body: { data: { since: '2020-01-01' } } });
  await client.for(serviceAccounts, 'default').create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' }, secrets: [{ name: 'unused' }, { name: 'old' }] });
  const annotations = { 'kubernetes.io/service-account.name': 'robot' };
  for (const [name, labels] of [['unused', {}], ['old', { [INVALID]: '2020-01-01' }], ['manual', {}]] as const) {
    await client.for(secrets, 'default').create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, annotations, labels }, type: TYPE });
  }
  const names = async (): Promise<string[]> => (await client.for(secrets, 'default').list()).items.map(({ metadata }) => metadata.name ?? '');
  cluster.startManager();
  await eventually(async () => (await names()).sort().join() === 'manual,unused');
  const labels = async (name: string): Promise<unknown> => (await client.for(secrets, 'default').get(name)).metadata.labels;
  await eventually(async () => (await labels('unused')) !== undefined);
  expect([await labels('unused'), await labels('manual')]).toEqual([{ [INVALID]: new Date().toISOString().slice(0, 10) }, undefined]);
});
