import { configMaps, endpoints, endpointSlices, nodes, pods, serviceAccounts, services } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

const APPLICATION = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
  },
};

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', labels: { team: 'a' } },
  spec: { selector: { app: 'web' }, ports: [{ name: 'main', port: 80, targetPort: 'http' }] },
};

describe('services and namespaces', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
    await cluster.client.for(nodes).create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'z1' } },
    });
    await cluster.kubectl('apply -f -', JSON.stringify(APPLICATION));
    await cluster.kubectl('apply -f -', JSON.stringify(SERVICE));
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const slices = async () => {
    const { items } = await cluster.client.for(endpointSlices, 'default').list({ labelSelector: 'kubernetes.io/service-name=web' });
    return items;
  };
  const readyCount = async (): Promise<number> => {
    const all = (await slices()).flatMap((slice) => slice.endpoints ?? []);
    return all.filter(({ conditions }) => conditions?.ready).length;
  };

  it('keeps one slice with the ready pods of a service', async () => {
    await eventually(async () => (await readyCount()) === 3);
    const [slice, ...others] = await slices();
    expect(others).toEqual([]);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        labels: { team: 'a', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
        ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
      },
      ports: [{ name: 'main', port: 8080, protocol: 'TCP' }],
    });
    expect(slice?.endpoints?.[0]).toMatchObject({
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: 'node-1',
      zone: 'z1',
      targetRef: { kind: 'Pod', namespace: 'default' },
    });
  });

  it('keeps the Endpoints too', async () => {
    await eventually(async () => {
      const { subsets } = await cluster.client.for(endpoints, 'default').get('web');
      return subsets?.[0]?.addresses?.length === 3;
    });
    const { subsets } = await cluster.client.for(endpoints, 'default').get('web');
    expect(subsets?.[0]?.ports).toEqual([{ name: 'main', port: 8080, protocol: 'TCP' }]);
  });

  it('follows the number of pods, and a pod that is not ready', async () => {
    await cluster.kubectl('scale deployment/web --replicas=5');
    await eventually(async () => (await readyCount()) === 5);
    const pod = (await cluster.client.for(pods, 'default').list()).items[0];
    const conditions = [{ type: 'Ready', status: 'False' }];
    await cluster.client.for(pods, 'default').patch(pod?.metadata.name ?? '', { type: 'strategic', body: { status: { conditions } } }, { subresource: 'status' });
    await eventually(async () => (await readyCount()) === 4);
    await cluster.kubectl('scale deployment/web --replicas=0');
    await eventually(async () => (await slices()).every((slice) => (slice.endpoints ?? []).length === 0));
    expect(await slices()).toHaveLength(1);
  });

  it('lets both go with the service', async () => {
    await cluster.kubectl('delete service web');
    await eventually(async () => (await slices()).length === 0);
    await eventually(async () => (await cluster.client.for(endpoints, 'default').list()).items.every(({ metadata }) => metadata.name !== 'web'));
    expect((await cluster.client.for(services, 'default').list()).items.map(({ metadata }) => metadata.name)).toEqual(['kubernetes']);
  });

  it('gives every namespace a service account and the root authority, again and again', async () => {
    await cluster.kubectl('create namespace fresh');
    const [accounts, maps] = [cluster.client.for(serviceAccounts, 'fresh'), cluster.client.for(configMaps, 'fresh')];
    await eventually(async () => (await accounts.list()).items.length === 1 && (await maps.list()).items.length === 1);
    expect((await maps.get('kube-root-ca.crt')).data?.['ca.crt']).toMatch(/^-----BEGIN CERTIFICATE-----/);
    await cluster.kubectl('delete -n fresh serviceaccount default');
    await eventually(async () => (await accounts.list()).items.length === 1);
    await maps.patch('kube-root-ca.crt', { type: 'merge', body: { data: { 'ca.crt': 'other' } } });
    await eventually(async () => (await maps.get('kube-root-ca.crt')).data?.['ca.crt'] !== 'other');
  });
});
