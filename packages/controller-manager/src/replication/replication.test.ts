import { events, pods, replicationControllers } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import type { Pod } from '../shared/objects';
import { TestCluster } from '../testing/test-cluster';
import { REPLICATION_CONTROLLERS } from './controller';

it.each([
  ['labels', { app: 'a' }, { matchLabels: { app: 'a' } }],
  ['none', undefined, undefined],
])('selects by %s', (_, selector, expected) => {
  const spec = selector ? { selector } : {};
  expect(REPLICATION_CONTROLLERS.selectorOf({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'a' }, spec })).toEqual(expected);
});

it('writes no count of terminating pods, which its kind does not have', () => {
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'a' } } as const;
  expect(REPLICATION_CONTROLLERS.withStatus(owner, { replicas: 2, terminatingReplicas: 1 }).status).toEqual({ replicas: 2 });
});

/** As users write it: without a selector, which is that of the template then. */
function controllerOf(name: string, replicas: number, image = 'app:1'): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name },
    spec: { replicas, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } } },
  });
}

describe('replication controllers', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const podsOf = async (name: string): Promise<Pod[]> => {
    const { items } = await cluster.client.for(pods, 'default').list({ labelSelector: `app=${name}` });
    return items.filter(({ metadata }) => !metadata.deletionTimestamp);
  };
  const available = async (name: string, count: number): Promise<void> => {
    await eventually(async () => {
      const { status } = await cluster.client.for(replicationControllers, 'default').get(name);
      return status?.availableReplicas === count && status.replicas === count;
    });
  };

  it('makes pods, replaces those that go, and scales both ways', async () => {
    await cluster.kubectl('create -f -', controllerOf('web', 2));
    await available('web', 2);
    const [first, ...others] = await podsOf('web');
    expect(others).toHaveLength(1);
    expect(first?.metadata).toMatchObject({
      generateName: 'web-',
      ownerReferences: [{ apiVersion: 'v1', kind: 'ReplicationController', name: 'web', controller: true, blockOwnerDeletion: true }],
    });
    await cluster.kubectl(`delete pod ${first?.metadata.name ?? ''}`);
    await eventually(async () => {
      const names = (await podsOf('web')).map(({ metadata }) => metadata.name);
      return names.length === 2 && !names.includes(first?.metadata.name);
    });
    expect(await cluster.kubectl('scale rc web --replicas=4')).toBe('replicationcontroller/web scaled');
    await available('web', 4);
    await cluster.kubectl('scale rc web --replicas=1');
    await available('web', 1);
    await eventually(async () => (await podsOf('web')).length === 1);
    const { status, metadata } = await cluster.client.for(replicationControllers, 'default').get('web');
    expect(status).toEqual({ replicas: 1, fullyLabeledReplicas: 1, readyReplicas: 1, availableReplicas: 1, observedGeneration: metadata.generation });
  });

  it('says in events and in its status what it did and could not do', async () => {
    const hard = { pods: '1' };
    await cluster.kubectl('create namespace small');
    await cluster.kubectl('create -f -', JSON.stringify({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace: 'small' }, spec: { hard } }));
    await eventually(async () => (await cluster.kubectl('get resourcequota few -n small -o jsonpath={.status.hard.pods}')) === '1');
    await cluster.kubectl('create -n small -f -', controllerOf('many', 2));
    const resource = cluster.client.for(replicationControllers, 'small');
    await eventually(async () => (await resource.get('many')).status?.conditions?.[0]?.type === 'ReplicaFailure');
    const { status } = await resource.get('many');
    expect(status?.conditions).toMatchObject([{ status: 'True', reason: 'FailedCreate', message: expect.stringContaining('exceeded quota: few') }]);
    const told = async (): Promise<(string | undefined)[][]> => {
      const { items } = await cluster.client.for(events, 'small').list();
      const own = items.filter(({ involvedObject }) => involvedObject.kind === 'ReplicationController' && involvedObject.name === 'many');
      return own.map(({ reason, source }) => [reason, source?.component]);
    };
    await eventually(async () => (await told()).length >= 2);
    expect(await told()).toEqual(expect.arrayContaining([['SuccessfulCreate', 'replication-controller'], ['FailedCreate', 'replication-controller']]));
    await cluster.kubectl('scale rc many -n small --replicas=1');
    await eventually(async () => (await resource.get('many')).status?.conditions === undefined);
  });

  it('leaves its pods where it is deleted without them, and another one adopts them', async () => {
    await cluster.kubectl('create -f -', controllerOf('left', 2));
    await available('left', 2);
    const before = (await podsOf('left')).map(({ metadata }) => metadata.uid).sort();
    await cluster.kubectl('delete rc left --cascade=orphan');
    await eventually(async () => (await podsOf('left')).every(({ metadata }) => !metadata.ownerReferences));
    expect((await podsOf('left')).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    await cluster.kubectl('create -f -', controllerOf('left', 2));
    await available('left', 2);
    const after = await podsOf('left');
    expect(after.map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    expect(after.every(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'ReplicationController')).toBe(true);
    await cluster.kubectl('delete rc left');
    await eventually(async () => (await podsOf('left')).length === 0);
  });

  it('releases a pod whose labels match no more, and makes another one', async () => {
    await cluster.kubectl('create -f -', controllerOf('loose', 1));
    await available('loose', 1);
    const name = (await podsOf('loose'))[0]?.metadata.name ?? '';
    await cluster.kubectl(`label pod ${name} app=other --overwrite`);
    await eventually(async () => !(await cluster.client.for(pods, 'default').get(name)).metadata.ownerReferences);
    await available('loose', 1);
    expect((await podsOf('loose')).map(({ metadata }) => metadata.name)).not.toContain(name);
  });

  it('does not quarrel with a replica set of the same labels', async () => {
    await cluster.kubectl('create -f -', controllerOf('both', 2));
    await available('both', 2);
    const template = { metadata: { labels: { app: 'both' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
    const spec = { replicas: 1, selector: { matchLabels: { app: 'both' } }, template };
    await cluster.kubectl('create -f -', JSON.stringify({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'both' }, spec }));
    await eventually(async () => (await cluster.kubectl('get rs both -o jsonpath={.status.availableReplicas}')) === '1');
    await available('both', 2);
    const kinds = (await podsOf('both')).map(({ metadata }) => metadata.ownerReferences?.[0]?.kind).sort();
    expect(kinds).toEqual(['ReplicaSet', 'ReplicationController', 'ReplicationController']);
  });
});
