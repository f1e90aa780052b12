import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@typekube/component-base/testing';
import { type EmbeddedStore, openEmbeddedStore } from '@typekube/storage';
import { NODE_PORTS_KEY } from '../allocators/port-registry';
import { TestCluster } from '../testing/test-cluster';
import { ensureFlowControl } from './flow-control';
import { LegacyTokenTracking } from './legacy-token-tracking';
import { ServerLeases } from './server-leases';
import { SystemClient } from './system-client';

const FLOW_SCHEMAS = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';
const ENDPOINTS = '/api/v1/namespaces/default/endpoints/kubernetes';

describe('the objects of a new cluster', () => {
  let dataDir: string;
  let store: EmbeddedStore;
  let cluster: TestCluster;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'typekube-bootstrap-'));
    store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
    cluster = await TestCluster.start({ store, advertiseAddress: '192.0.2.2' });
  });
  afterEach(async () => {
    await cluster.stop();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const names = async (path: string): Promise<(string | undefined)[]> => {
    const { body } = await cluster.server.request('GET', path);
    return body.items.map(({ metadata }) => metadata.name);
  };

  it('are there when it is ready', async () => {
    expect(await names('/api/v1/namespaces')).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(await names('/apis/scheduling.k8s.io/v1/priorityclasses')).toEqual(['system-cluster-critical', 'system-node-critical']);
    expect(await names('/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations')).toEqual([
      'catch-all', 'exempt', 'global-default', 'leader-election', 'node-high', 'system', 'workload-high', 'workload-low',
    ]);
    expect(await names(FLOW_SCHEMAS)).toHaveLength(13);
    const { body } = await cluster.server.request('GET', '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication');
    expect(body.data).toEqual({ 'client-ca-file': 'a certificate' });
  });

  it('say since when the use of legacy tokens is recorded, and again where that is no date; a deletion stands for a while', async () => {
    const path = '/api/v1/namespaces/kube-system/configmaps/kube-apiserver-legacy-service-account-token-tracking';
    const read = async (): Promise<unknown> => (await cluster.server.request('GET', path)).body.data;
    const today = { since: new Date().toISOString().slice(0, 10) };
    expect(await read()).toEqual(today);
    const clock = new FakeClock();
    const tracking = new LegacyTokenTracking(new SystemClient(() => cluster.server.server.core), clock);
    await cluster.server.patch(path, 'merge', { data: { since: '2024-02-30' } });
    await tracking.sync();
    expect(await read()).toEqual({ since: '1970-01-01' });
    await cluster.server.patch(path, 'merge', { data: { since: '2020-02-29' } });
    await tracking.sync();
    expect(await read()).toEqual({ since: '2020-02-29' });
    for (const [wait, status] of [[0, 200], [29, 404], [1, 200]] as const) {
      await cluster.server.request('DELETE', path);
      clock.advance(wait * 60_000);
      await tracking.sync();
      expect([wait, (await cluster.server.request('GET', path)).status]).toEqual([wait, status]);
    }
  });

  it('include an API service for every group version served, and none besides', async () => {
    const path = '/apis/apiregistration.k8s.io/v1/apiservices';
    const { body: groups } = await cluster.server.request('GET', '/apis');
    const served = (groups as unknown as { groups: { versions: { groupVersion: string }[] }[] }).groups
      .flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion.split('/').reverse().join('.')))
      .filter((name) => name !== 'v1.apiregistration.k8s.io');
    const watch = await cluster.server.watch(path);
    const made = await watch.take(served.length + 1);
    watch.close();
    expect(made.map(({ object }) => object.metadata.name).sort()).toEqual(['v1.', ...served].sort());
    const { body } = await cluster.server.request('GET', `${path}/v2.autoscaling`);
    expect(body).toMatchObject({
      metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { groupPriorityMinimum: 17500, versionPriority: 30 },
      status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
    });
  });

  it('include the service of the API with its endpoints', async () => {
    const service = await cluster.service('kubernetes');
    expect(service.metadata.labels).toEqual({ component: 'apiserver', provider: 'kubernetes' });
    const port = cluster.server.port;
    expect(service.spec).toMatchObject({ clusterIP: '10.0.0.1', ports: [{ name: 'https', port: 443, targetPort: port, protocol: 'TCP' }] });
    const endpoints = await cluster.server.request('GET', ENDPOINTS);
    expect(endpoints.body).toMatchObject({ subsets: [{ addresses: [{ ip: '192.0.2.2' }], ports: [{ name: 'https', port, protocol: 'TCP' }] }] });
    const slice = await cluster.server.request('GET', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes');
    expect(slice.body).toMatchObject({
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.2'], conditions: { ready: true } }],
      ports: [{ name: 'https', port, protocol: 'TCP' }],
    });
  });

  it('include a service CIDR that is ready', async () => {
    const { body } = await cluster.server.request('GET', '/apis/networking.k8s.io/v1/servicecidrs/kubernetes');
    expect(body.spec).toEqual({ cidrs: ['10.0.0.0/24'] });
    expect(body.status).toMatchObject({
      conditions: [{ type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready' }],
    });
  });

  it('are not written again by the next start', async () => {
    await cluster.stop();
    const before = store.revision;
    cluster = await TestCluster.start({ store });
    const { kvs } = await store.range({ start: '/registry/', end: '/registry0' });
    const changed = kvs.filter(({ modRevision }) => modRevision > before).map(({ key }) => key);
    expect(changed).toEqual([]);
  });

  it('survive a kill between taking and creating: what is missing is taken again', async () => {
    const { kv } = await store.get(NODE_PORTS_KEY);
    await cluster.createService('a', { type: 'NodePort', clusterIP: '10.0.0.7', ports: [{ port: 80, nodePort: 30_100 }] });
    await cluster.stop();
    const ports = await store.get(NODE_PORTS_KEY);
    await store.delete(NODE_PORTS_KEY, ports.kv?.modRevision ?? 0);
    const address = await store.get('/registry/ipaddresses/10.0.0.7');
    await store.delete('/registry/ipaddresses/10.0.0.7', address.kv?.modRevision ?? 0);
    cluster = await TestCluster.start({ store });
    expect(kv).toBeDefined();
    expect(await cluster.addresses()).toEqual(['10.0.0.7']);
    const again = await cluster.createService('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_100 }] });
    expect(again.body.message).toContain('provided port is already allocated');
  });

  it('upgrade the service CIDR when the flag becomes dual-stack', async () => {
    await cluster.stop();
    cluster = await TestCluster.start({ store, serviceClusterIpRange: '10.0.0.0/24,fd00::/112' });
    const { body } = await cluster.server.request('GET', '/apis/networking.k8s.io/v1/servicecidrs/kubernetes');
    expect(body.spec).toEqual({ cidrs: ['10.0.0.0/24', 'fd00::/112'] });
    expect((await cluster.createService('a', { ipFamilyPolicy: 'RequireDualStack' })).status).toBe(201);
  });

  it('leave a service CIDR alone that does not agree with the flag', async () => {
    await cluster.stop();
    cluster = await TestCluster.start({ store, serviceClusterIpRange: '10.7.0.0/24' });
    expect(cluster.lines.join()).toContain('does not match the controller flag configurations');
  });

  describe('flow control', () => {
    const client = (): SystemClient => new SystemClient(() => cluster.server.server.core);
    const ensure = async (): Promise<void> => {
      await cluster.server.server.core.barrier.mostRecent();
      await ensureFlowControl(client());
    };
    const precedence = async (name: string): Promise<unknown> =>
      (await cluster.server.request('GET', `${FLOW_SCHEMAS}/${name}`)).body.spec?.['matchingPrecedence'];

    it('puts changed objects right until their owner takes them over', async () => {
      await cluster.server.patch(`${FLOW_SCHEMAS}/service-accounts`, 'merge', { spec: { matchingPrecedence: 7 } });
      await ensure();
      expect(await precedence('service-accounts')).toBe(9000);
      const annotations = { 'apf.kubernetes.io/autoupdate-spec': 'false' };
      await cluster.server.patch(`${FLOW_SCHEMAS}/service-accounts`, 'merge', { metadata: { annotations }, spec: { matchingPrecedence: 7 } });
      await ensure();
      expect(await precedence('service-accounts')).toBe(7);
    });

    it('creates what is deleted, and removes what is obsolete', async () => {
      const { body } = await cluster.server.request('GET', `${FLOW_SCHEMAS}/probes`);
      const metadata = { name: 'old', annotations: body.metadata.annotations };
      await cluster.server.request('POST', FLOW_SCHEMAS, { metadata, spec: body.spec });
      await cluster.server.request('DELETE', `${FLOW_SCHEMAS}/probes`);
      await ensure();
      expect(await precedence('probes')).toBe(2);
      expect((await cluster.server.request('GET', `${FLOW_SCHEMAS}/old`)).status).toBe(404);
    });
  });

  describe('servers that share a store', () => {
    it('see each other, and one that stops is taken out', async () => {
      const other = new ServerLeases(store);
      await other.renew('192.0.2.3');
      await other.renew('192.0.2.3');
      expect(await other.list()).toEqual(['192.0.2.2', '192.0.2.3']);
      await cluster.objects.stop();
      const { body } = await cluster.server.request('GET', ENDPOINTS);
      expect(body).toMatchObject({ subsets: [{ addresses: [{ ip: '192.0.2.3' }] }] });
      expect([await other.remove('192.0.2.3'), await other.remove('192.0.2.3'), await other.list()]).toEqual([true, false, []]);
    });
  });

  it('keep the endpoints when the last server stops, as upstream does', async () => {
    await cluster.objects.stop();
    expect((await cluster.server.request('GET', ENDPOINTS)).status).toBe(200);
    expect(cluster.lines).toContain('Unable to remove endpoints from kubernetes service');
  });
});

it('has no endpoints where nobody can reach the server, and says so', async () => {
  await using cluster = await TestCluster.start();
  expect((await cluster.server.request('GET', ENDPOINTS)).status).toBe(404);
  expect(cluster.lines.join()).toContain('the service kubernetes has no endpoints');
});
