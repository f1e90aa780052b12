import { configMaps, secrets } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';
import { detachedSignature } from './sign';

const SECRET = '0123456789abcdef';

describe('joining by tokens', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start(['--controllers=*,bootstrapsigner,tokencleaner']);
    await eventually(async () => (await cluster.kubectl('get namespaces -o name')).includes('kube-public'));
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const clusterInfo = async () => (await cluster.client.for(configMaps, 'kube-public').get('cluster-info')).data;
  const makeToken = async (id: string, expiration?: Date): Promise<void> => {
    await cluster.client.for(secrets, 'kube-system').create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `bootstrap-token-${id}` },
      type: 'bootstrap.kubernetes.io/token',
      stringData: {
        'token-id': id,
        'token-secret': SECRET,
        'usage-bootstrap-signing': 'true',
        ...(expiration && { expiration: expiration.toISOString() }),
      },
    });
  };
  const hasToken = async (id: string): Promise<boolean> => {
    return (await cluster.kubectl('get secrets -n kube-system -o name')).includes(`bootstrap-token-${id}`);
  };

  it('signs what new nodes ask for with each token, as long as there is the token', async () => {
    await makeToken('abcdef');
    await cluster.kubectl('create configmap cluster-info -n kube-public --from-literal=kubeconfig=first');
    await eventually(async () => (await clusterInfo())?.['jws-kubeconfig-abcdef'] === detachedSignature('first', { id: 'abcdef', secret: SECRET }));
    await cluster.client.for(configMaps, 'kube-public').patch('cluster-info', { type: 'merge', body: { data: { kubeconfig: 'second' } } });
    await eventually(async () => (await clusterInfo())?.['jws-kubeconfig-abcdef'] === detachedSignature('second', { id: 'abcdef', secret: SECRET }));
    await makeToken('fedcba');
    await eventually(async () => (await clusterInfo())?.['jws-kubeconfig-fedcba'] !== undefined);
    await cluster.kubectl('delete secret bootstrap-token-abcdef -n kube-system');
    await eventually(async () => Object.keys((await clusterInfo()) ?? {}).sort().join() === 'jws-kubeconfig-fedcba,kubeconfig');
  });

  it('deletes tokens at their end', async () => {
    await makeToken('aaaaaa', new Date(Date.now() - 1000));
    await makeToken('bbbbbb', new Date(Date.now() + 3000));
    await makeToken('cccccc', new Date(Date.now() + 3_600_000));
    await eventually(async () => !(await hasToken('aaaaaa')));
    await eventually(async () => !(await hasToken('bbbbbb')));
    expect(await hasToken('cccccc')).toBe(true);
  });
});
