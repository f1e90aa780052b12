import { namespaces, pods, serviceAccounts } from '@typekube/client';
import { TestApiServer } from '@typekube/client/testing';
import { FakeClock } from '@typekube/component-base/testing';
import { AccountClients } from './account-clients';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } } as const;

it('acts as a service account that is made on the way, with its rights alone, and comes again with another token', async () => {
  await using server = await TestApiServer.start(['--authorization-mode=RBAC']);
  const client = await server.client();
  const clock = new FakeClock(Date.now());
  using accounts = new AccountClients({ client, component: 'test', clock });
  const replicaSets = accounts.clientOf('replicaset-controller');
  expect(accounts.clientOf('replicaset-controller')).toBe(replicaSets);
  await replicaSets.for(pods, 'default').create({ ...pod, spec: { containers: [...pod.spec.containers] } });
  expect(await client.for(serviceAccounts, 'kube-system').get('replicaset-controller')).toMatchObject({ metadata: { name: 'replicaset-controller' } });
  await expect(replicaSets.for(namespaces).delete('default')).rejects.toThrow(
    'namespaces "default" is forbidden: User "system:serviceaccount:kube-system:replicaset-controller" cannot delete resource "namespaces" in API group "" in the namespace "default"',
  );
  await client.for(serviceAccounts, 'kube-system').delete('replicaset-controller');
  // The old token was of an account that is gone: the answer 401 makes the client ask for another.
  expect((await replicaSets.for(pods, 'default').list()).items).toHaveLength(1);
});
