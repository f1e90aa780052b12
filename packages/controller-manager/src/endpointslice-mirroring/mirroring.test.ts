import { endpoints, endpointSlices, services } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import type { EndpointSlice } from '../shared/objects';
import { TestCluster } from '../testing/test-cluster';

const MIRRORED = 'endpointslice.kubernetes.io/managed-by=endpointslicemirroring-controller.k8s.io';

describe('mirroring of Endpoints', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start(['--mirroring-max-endpoints-per-subset=3']);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const mirrored = async (name: string): Promise<EndpointSlice[]> => {
    const { items } = await cluster.client.for(endpointSlices, 'default').list({ labelSelector: `kubernetes.io/service-name=${name},${MIRRORED}` });
    return items;
  };
  const addressesOf = async (name: string): Promise<string[]> => {
    const all = (await mirrored(name)).flatMap((slice) => slice.endpoints ?? []);
    return all.flatMap(({ addresses }) => addresses).sort();
  };
  const shows = (name: string, ...addresses: string[]): Promise<void> => {
    return eventually(async () => (await addressesOf(name)).join() === addresses.join());
  };
  const makeService = (name: string, spec = {}): Promise<string> => {
    return cluster.kubectl('create -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } }));
  };
  const apply = (name: string, ips: readonly string[], metadata = {}): Promise<string> => {
    const subsets = [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 8080 }] }];
    return cluster.kubectl('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name, ...metadata }, subsets }));
  };

  it('follows Endpoints from their first day to their last', async () => {
    await makeService('db');
    await apply('db', ['192.0.2.1'], { labels: { team: 'a' } });
    await shows('db', '192.0.2.1');
    const [slice] = await mirrored('db');
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      metadata: { generateName: 'db-', labels: { team: 'a' }, ownerReferences: [{ kind: 'Endpoints', name: 'db', controller: true }] },
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }],
    });
    expect(slice?.metadata.annotations).toBeUndefined();
    await apply('db', ['192.0.2.1', '192.0.2.2', '2001:db8::1']);
    await shows('db', '192.0.2.1', '192.0.2.2', '2001:db8::1');
    const both = await mirrored('db');
    expect(both.map(({ addressType }) => addressType).sort()).toEqual(['IPv4', 'IPv6']);
    expect(both.map(({ metadata }) => metadata.name)).toContain(slice?.metadata.name);
    await cluster.kubectl('delete endpoints db');
    await shows('db');
    await eventually(async () => (await mirrored('db')).length === 0);
  });

  it('repairs its slices', async () => {
    await makeService('torn');
    await apply('torn', ['192.0.2.1']);
    await shows('torn', '192.0.2.1');
    const [slice] = await mirrored('torn');
    await cluster.kubectl(`delete endpointslice ${slice?.metadata.name ?? ''}`);
    await eventually(async () => {
      const [now] = await mirrored('torn');
      return now !== undefined && now.metadata.uid !== slice?.metadata.uid;
    });
    const [made] = await mirrored('torn');
    await cluster.client.for(endpointSlices, 'default').patch(made?.metadata.name ?? '', { type: 'merge', body: { endpoints: [] } });
    await shows('torn', '192.0.2.1');
  });

  it('leaves alone what is not to be mirrored, and takes back what was', async () => {
    await apply('alone', ['192.0.2.1']);
    await apply('election', ['192.0.2.1'], { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } });
    await makeService('election');
    await makeService('skipped');
    await apply('skipped', ['192.0.2.1']);
    await shows('skipped', '192.0.2.1');
    await cluster.kubectl('label endpoints skipped endpointslice.kubernetes.io/skip-mirror=true');
    await eventually(async () => (await mirrored('skipped')).length === 0);
    await cluster.kubectl('label endpoints skipped endpointslice.kubernetes.io/skip-mirror-');
    await shows('skipped', '192.0.2.1');
    expect([await mirrored('alone'), await mirrored('election')]).toEqual([[], []]);
    await makeService('alone');
    await shows('alone', '192.0.2.1');
    await cluster.client.for(services, 'default').delete('alone');
    await eventually(async () => (await mirrored('alone')).length === 0);
  });

  it('gives a service that gets a selector over to the controller of those', async () => {
    await makeService('moved');
    await apply('moved', ['192.0.2.1']);
    await shows('moved', '192.0.2.1');
    const resource = cluster.client.for(services, 'default');
    await resource.patch('moved', { type: 'merge', body: { spec: { selector: { app: 'moved' } } } });
    await eventually(async () => (await mirrored('moved')).length === 0);
    const { items } = await cluster.client.for(endpointSlices, 'default').list({ labelSelector: 'kubernetes.io/service-name=moved' });
    expect(items.map(({ metadata }) => metadata.labels?.['endpointslice.kubernetes.io/managed-by'])).toEqual(['endpointslice-controller.k8s.io']);
    await resource.patch('moved', { type: 'merge', body: { spec: { selector: null } } });
    await cluster.client.for(endpoints, 'default').patch('moved', { type: 'merge', body: { subsets: [{ addresses: [{ ip: '192.0.2.9' }], ports: [{ port: 1 }] }] } });
    await shows('moved', '192.0.2.9');
  });

  it('tells of addresses beyond the bound', async () => {
    await makeService('many');
    await apply('many', ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5']);
    await shows('many', '192.0.2.1', '192.0.2.2', '192.0.2.3');
    const told = 'A max of 3 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped';
    await eventually(async () => (await cluster.kubectl('get events --field-selector reason=TooManyAddressesToMirror')).includes(told));
    expect(await cluster.kubectl('get events --field-selector reason=TooManyAddressesToMirror -o jsonpath={.items[0].source.component}')).toBe('endpoint-slice-mirroring-controller');
  });

  it('goes on where it was after a crash', async () => {
    await makeService('crash');
    await apply('crash', ['192.0.2.1']);
    await shows('crash', '192.0.2.1');
    const [before] = await mirrored('crash');
    await cluster.killManager();
    await apply('crash', ['192.0.2.2']);
    await cluster.client.for(endpoints, 'default').delete('torn');
    cluster.startManager();
    await shows('crash', '192.0.2.2');
    expect((await mirrored('crash')).map(({ metadata }) => metadata.uid)).toEqual([before?.metadata.uid]);
    await eventually(async () => (await mirrored('torn')).length === 0);
  });
});
