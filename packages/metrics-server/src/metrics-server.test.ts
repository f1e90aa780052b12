import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { apiServices, clusterRoleBindings, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { createCertificateAuthority, createClientCertificate, type KeyPair } from '@typekube/component-base';
import { MetricsCluster } from './testing/cluster';

const API = '/apis/metrics.k8s.io/v1beta1';

describe('metrics-server behind a real API server', () => {
  let cluster: MetricsCluster;
  const strangers = createCertificateAuthority({ commonName: 'strangers' });
  const clients = createCertificateAuthority({ commonName: 'clients' });
  const get = async (path: string, accept = 'application/json'): Promise<unknown> => {
    return JSON.parse(Buffer.from(await cluster.client.transport.bytes({ method: 'GET', path: API + path, headers: { accept } })).toString());
  };
  const refusal = (path: string, method: 'GET' | 'POST' = 'GET', accept = 'application/json'): Promise<unknown> =>
    cluster.client.transport.bytes({ method, path: API + path, headers: { accept } }).then(
      () => 'no refusal',
      ({ status: { code, reason, message } }) => ({ code, reason, message }),
    );

  beforeAll(async () => {
    cluster = await MetricsCluster.start();
    await eventually(async () => (await cluster.client.for(apiServices).get('v1beta1.metrics.k8s.io')).status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True') ?? false);
    await cluster.measure();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  it('tells what nodes use', async () => {
    const times = { timestamp: expect.stringMatching(/^\d{4}-.*Z$/), window: '1m0s' };
    const usage = { cpu: '250m', memory: '1Gi' };
    const metadata = { name: 'n', creationTimestamp: expect.any(String), labels: expect.objectContaining({ zone: 'a' }) };
    expect(await get('/nodes')).toEqual({ kind: 'NodeMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: [{ metadata, ...times, usage }] });
    expect(await get('/nodes/n')).toEqual({ kind: 'NodeMetrics', apiVersion: 'metrics.k8s.io/v1beta1', metadata, ...times, usage });
  });

  it('tells what pods use, of those alone that are on the node that tells of them', async () => {
    const usage = { cpu: '100m', memory: '64Mi' };
    const names = async (path: string): Promise<string[]> => ((await get(path)) as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
    expect(await get('/namespaces/default/pods/web')).toMatchObject({ kind: 'PodMetrics', metadata: { namespace: 'default', labels: { app: 'web' } }, window: '1m0s', containers: [{ name: 'a', usage }, { name: 'b', usage }] });
    expect(await names('/pods')).toEqual(['db', 'web']);
    expect(await names('/namespaces/default/pods?labelSelector=app%3Dweb')).toEqual(['web']);
    expect(await names('/pods?fieldSelector=metadata.name!%3Dweb,metadata.namespace%3Ddefault')).toEqual(['db']);
    expect(await names('/namespaces/kube-system/pods')).toEqual([]);
  });

  it.each([
    ['/nodes/none', { code: 404, reason: 'NotFound', message: 'nodes "none" not found' }],
    ['/nodes/m', { code: 404, reason: 'NotFound', message: 'nodes.metrics.k8s.io "m" not found' }],
    ['/namespaces/default/pods/none', { code: 404, reason: 'NotFound', message: 'pods "none" not found' }],
    ['/namespaces/default/pods/far', { code: 404, reason: 'NotFound', message: 'pods.metrics.k8s.io "default/far" not found' }],
    ['/nodes?watch=true', { code: 405, reason: 'MethodNotAllowed', message: 'watch is not supported on resources of kind "nodes.metrics.k8s.io"' }],
    ['/nodes?labelSelector=a%3D%3D%3D', { code: 400, reason: 'BadRequest' }],
    ['/pods?fieldSelector=spec.nodeName%3Dn', { code: 400, reason: 'BadRequest', message: '"spec.nodeName" is not a known field selector: only "metadata.name", "metadata.namespace"' }],
    ['/things', { code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' }],
    ['/nodes/n/status', { code: 404, reason: 'NotFound' }],
  ])('refuses %s', async (path, expected) => {
    expect(await refusal(path)).toMatchObject(expected);
  });

  it('refuses what it cannot do or show', async () => {
    expect(await refusal('/nodes', 'POST')).toMatchObject({ code: 405 });
    expect(await refusal('/nodes', 'GET', 'application/yaml')).toMatchObject({ code: 406, message: 'only the following media types are accepted: application/json' });
  });

  it('shows tables and metadata', async () => {
    const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const columns = ['Name', 'cpu', 'memory', 'Window'].map((name) => expect.objectContaining({ name }));
    expect(await get('/namespaces/default/pods/web', table)).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions: columns, rows: [{ cells: ['web', '200m', '128Mi', '1m0s'], object: { kind: 'PartialObjectMetadata' } }] });
    expect(await get('/nodes?includeObject=Object', table)).toMatchObject({ rows: [{ cells: ['n', '250m', '1Gi', '1m0s'], object: { kind: 'NodeMetrics' } }] });
    expect(await get('/nodes', 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1')).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ metadata: { name: 'n' } }] });
  });

  it('is discovered in both forms', async () => {
    expect(await get('')).toMatchObject({ kind: 'APIResourceList', resources: [{ name: 'nodes', kind: 'NodeMetrics', verbs: ['get', 'list'] }, { name: 'pods', namespaced: true }] });
    const own = JSON.parse((await direct('/apis', { headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }, identity: cluster.proxy.identity, as: { user: 'x', group: 'system:masters' } })).body);
    expect(own).toMatchObject({ kind: 'APIGroupDiscoveryList', items: [{ metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', resources: [{ resource: 'nodes' }, { resource: 'pods' }] }] }] });
  });

  interface Direct {
    readonly headers?: Record<string, string>;
    readonly identity?: KeyPair;
    readonly as?: { readonly user: string; readonly group: string };
  }

  /** Past the API server. */
  function direct(path: string, { headers = {}, identity, as }: Direct = {}): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1', port: cluster.port, path, rejectUnauthorized: false, agent: false,
        ...(identity && { cert: identity.certificate, key: identity.key }),
        headers: { ...headers, ...(as && { 'X-Remote-User': as.user, 'X-Remote-Group': as.group }) },
      });
      asked.once('error', reject).once('response', (response) => void text(response).then((body) => resolve({ status: response.statusCode, body }), reject));
      asked.end();
    });
  }

  const MASTER = { user: 'root', group: 'system:masters' };

  it('believes headers that name a client only of the front proxy', async () => {
    const signed = (authority: KeyPair, commonName: string): KeyPair => createClientCertificate(authority, { subject: { commonName } });
    const answer = async (options: Direct): Promise<unknown> => {
      const { status, body } = await direct(`${API}/nodes`, options);
      return { status, message: JSON.parse(body).message };
    };
    expect(await answer({ as: MASTER, identity: cluster.proxy.identity })).toEqual({ status: 200, message: undefined });
    expect(await answer({ as: MASTER })).toEqual({ status: 403, message: 'nodes.metrics.k8s.io is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "metrics.k8s.io" at the cluster scope' });
    expect(await answer({ as: MASTER, identity: signed(strangers, 'front-proxy-client') })).toEqual({ status: 401, message: 'Unauthorized' });
    expect(await answer({ as: MASTER, identity: signed(cluster.proxy.authority, 'other') })).toEqual({ status: 401, message: 'Unauthorized' });
    expect(await answer({ identity: cluster.proxy.identity })).toEqual({ status: 401, message: 'Unauthorized' });
    expect(await answer({ headers: { authorization: 'Bearer wrong' }, as: MASTER })).toEqual({ status: 401, message: 'Unauthorized' });
  });

  it('asks the API server what a client may do', async () => {
    const list = (user: string): Promise<number | undefined> => direct(`${API}/nodes`, { identity: cluster.proxy.identity, as: { user, group: 'readers' } }).then(({ status }) => status);
    expect(await list('jane')).toBe(403);
    await cluster.client.for(clusterRoleBindings).create({
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'readers' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'readers' }],
    });
    await eventually(async () => (await list('joe')) === 200 || (cluster.clock.advance(10_000), false));
    expect(await list('joe')).toBe(200);
  });

  it('tells its health to anybody, its metrics to those who may', async () => {
    expect(await direct('/livez')).toEqual({ status: 200, body: 'ok' });
    expect(await direct('/readyz')).toEqual({ status: 200, body: 'ok' });
    expect((await direct('/metrics')).status).toBe(403);
    const as = { identity: cluster.proxy.identity, as: MASTER };
    expect((await direct('/readyz?verbose', as)).body).toContain('[+]metric-storage-ready ok');
    const { body } = await direct('/metrics', as);
    expect(body).toMatch(/metrics_server_kubelet_request_total\{success="true"\} [1-9]/);
    expect(body).toMatch(/metrics_server_storage_points\{type="container"\} 3/);
    expect(body).toMatch(/metrics_server_kubelet_request_total\{success="false"\} [1-9]/);
  });

  it('forgets a pod that is gone at once', async () => {
    await cluster.client.for(pods, 'default').delete('db', { gracePeriodSeconds: 0 });
    await eventually(async () => JSON.stringify(await refusal('/namespaces/default/pods/db')).includes('404'));
    expect(await refusal('/namespaces/default/pods/db')).toMatchObject({ message: 'pods "db" not found' });
  });

  it('has clients that show a certificate of the authority in --client-ca-file', async () => {
    await cluster[Symbol.asyncDispose]();
    cluster = await MetricsCluster.start((folder) => {
      writeFileSync(join(folder, 'clients.crt'), clients.certificate);
      return [`--client-ca-file=${join(folder, 'clients.crt')}`];
    });
    const jane = createClientCertificate(clients, { subject: { commonName: 'jane' } });
    await eventually(async () => (await direct(`${API}/nodes`, { identity: jane, as: MASTER }).catch(() => undefined))?.status === 403);
    expect((await direct(`${API}/nodes`, { identity: jane, as: MASTER })).body).toContain('User \\"jane\\" cannot list resource');
    const root = createClientCertificate(clients, { subject: { commonName: 'root', organizations: ['system:masters'] } });
    expect((await direct(`${API}/nodes`, { identity: root })).status).toBe(200);
  });
});
