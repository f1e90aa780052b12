import type { corev1 } from '@typekube/api';
import { formatMicroTime } from '@typekube/apimachinery';
import { leases, nodes, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

function pod(name: string, node: string, tolerations: corev1.Toleration[] = []): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { nodeName: node, tolerations, containers: [{ name: 'app', image: 'app:1' }] },
  });
}

describe('nodes', () => {
  let cluster: TestCluster;
  let alive: NodeJS.Timeout;
  beforeAll(async () => {
    cluster = await TestCluster.start(['--node-monitor-grace-period=1s', '--node-monitor-period=100ms']);
    for (const name of ['silent', 'alive']) {
      await cluster.client.for(nodes).create({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
      const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }];
      await cluster.client.for(nodes).patch(name, { type: 'strategic', body: { status: { conditions } } }, { subresource: 'status' });
    }
    await cluster.client.for(leases, 'kube-node-lease').create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'alive', namespace: 'kube-node-lease' },
      spec: { holderIdentity: 'alive' },
    });
    alive = setInterval(() => {
      const body = { spec: { renewTime: formatMicroTime(new Date()) } };
      cluster.client.for(leases, 'kube-node-lease').patch('alive', { type: 'merge', body }).catch(() => undefined);
    }, 200);
  });
  afterAll(async () => {
    clearInterval(alive);
    await cluster[Symbol.asyncDispose]();
  });

  const ready = async (name: string): Promise<string | undefined> => {
    const { status } = await cluster.client.for(nodes).get(name);
    return status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  };

  it('notes a node that goes silent, taints it, and moves pods that do not tolerate that', async () => {
    // Without it, admission would let the pod stay for five minutes.
    const briefly = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 };
    await cluster.kubectl('create -f -', pod('leaves', 'silent', [briefly]));
    await cluster.kubectl('create -f -', pod('stays', 'silent', [{ operator: 'Exists' }]));
    await eventually(async () => (await ready('silent')) === 'Unknown');
    await eventually(async () => {
      const { spec } = await cluster.client.for(nodes).get('silent');
      const effects = (spec?.taints ?? []).filter(({ key }) => key === 'node.kubernetes.io/unreachable').map(({ effect }) => effect);
      return effects.sort().join() === 'NoExecute,NoSchedule';
    });
    await eventually(async () => {
      const { items } = await cluster.client.for(pods, 'default').list({ fieldSelector: 'spec.nodeName=silent' });
      const names = items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
      return names.join() === 'stays';
    });
    expect(await ready('alive')).toBe('True');
  });

  it('frees a node that comes back', async () => {
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: '2030-01-01T00:00:00Z' }];
    await cluster.client.for(nodes).patch('silent', { type: 'strategic', body: { status: { conditions } } }, { subresource: 'status' });
    await eventually(async () => ((await cluster.client.for(nodes).get('silent')).spec?.taints ?? []).length === 0);
  });
});

it('opens a node to pods as soon as it is ready, whenever all nodes are looked at', async () => {
  await using cluster = await TestCluster.start(['--node-monitor-period=1h']);
  const client = cluster.client.for(nodes);
  await client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'new' } });
  const set = (status: string): Promise<unknown> =>
    client.patch('new', { type: 'strategic', body: { status: { conditions: [{ type: 'Ready', status }] } } }, { subresource: 'status' });
  const taints = async (): Promise<(string | undefined)[]> => ((await client.get('new')).spec?.taints ?? []).map(({ key }) => key);
  await set('False');
  await eventually(async () => (await taints()).join() === 'node.kubernetes.io/not-ready');
  await set('True');
  await eventually(async () => (await taints()).length === 0);
});
