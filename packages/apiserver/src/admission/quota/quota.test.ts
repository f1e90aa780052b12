import { openEtcdStore, type Store } from '@typekube/storage';
import { startEtcd } from '@typekube/storage/testing';
import { type Answer, TestServer } from '../../testing';
import { prepareResourceQuota } from '../plugins/resource-quota';

const PODS = '/api/v1/namespaces/default/pods';
const QUOTAS = '/api/v1/namespaces/default/resourcequotas';

async function start(configuration?: object, store?: Store): Promise<TestServer> {
  const flags = { defaultNotReadyTolerationSeconds: 300, defaultUnreachableTolerationSeconds: 300 };
  const make = await prepareResourceQuota({ configuration: configuration && JSON.stringify(configuration), flags, folder: '.' });
  return TestServer.start({ admission: (dependencies) => [make(dependencies)], ...(store && { store }) });
}

/** A quota as the controller leaves it when nothing is used. */
async function addQuota(server: TestServer, name: string, hard: Record<string, string>, spec: object = {}): Promise<void> {
  await server.request('POST', QUOTAS, { metadata: { name }, spec: { hard, ...spec } });
  const used = Object.fromEntries(Object.keys(hard).map((resource) => [resource, '0']));
  await server.patch(`${QUOTAS}/${name}/status`, 'merge', { status: { hard, used } });
}

const pod = (name: string, resources: object = {}, spec: object = {}): object => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i', resources }], ...spec },
});

async function used(server: TestServer, name: string): Promise<unknown> {
  const { body } = await server.request('GET', `${QUOTAS}/${name}`);
  return (body.status as { used: unknown }).used;
}

it('lets no more pass than there is room for, however many come at once', async () => {
  await using server = await start();
  await addQuota(server, 'q', { pods: '10', 'requests.cpu': '7500m' });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => server.request('POST', PODS, pod(`p${i}`, { requests: { cpu: '500m' } }))),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  const refused = answers.find(({ status }) => status === 403);
  expect(refused?.body.message).toMatch(
    /^pods "p\d+" is forbidden: exceeded quota: q, requested: pods=1, used: pods=10, limited: pods=10$/,
  );
  expect(await used(server, 'q')).toEqual({ pods: '10', 'requests.cpu': '5' });
});

it('lets no more pass though somebody else writes the quota meanwhile', async () => {
  await using server = await start();
  await addQuota(server, 'q', { 'count/configmaps': '20' });
  const maps = '/api/v1/namespaces/default/configmaps';
  const note = (i: number): Promise<unknown> => server.patch(`${QUOTAS}/q`, 'merge', { metadata: { annotations: { note: String(i) } } });
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => {
      const [answer] = await Promise.all([server.request('POST', maps, { metadata: { name: `m${i}` } }), i % 10 ? undefined : note(i)]);
      return answer.status;
    }),
  );
  const passed = answers.filter((status) => status === 201).length;
  expect(passed).toBeLessThanOrEqual(20);
  expect(await used(server, 'q')).toEqual({ 'count/configmaps': String(passed) });
});

it('counts a dry run nowhere, but judges it', async () => {
  await using server = await start();
  await addQuota(server, 'q', { pods: '1' });
  expect((await server.request('POST', `${PODS}?dryRun=All`, pod('a'))).status).toBe(201);
  expect((await server.request('POST', PODS, pod('a'))).status).toBe(201);
  expect((await server.request('POST', `${PODS}?dryRun=All`, pod('b'))).status).toBe(403);
  expect(await used(server, 'q')).toEqual({ pods: '1' });
});

it('wants containers to say what a quota limits', async () => {
  await using server = await start();
  await addQuota(server, 'q', { 'limits.memory': '1Gi', 'requests.cpu': '1' });
  const { body } = await server.request('POST', PODS, pod('a'));
  expect(body.message).toBe('pods "a" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c');
});

it('waits for the controller to say what is used', async () => {
  await using server = await start();
  await server.request('POST', QUOTAS, { metadata: { name: 'q' }, spec: { hard: { pods: '1' } } });
  expect((await server.request('POST', PODS, pod('before'))).status).toBe(201);
  await server.patch(`${QUOTAS}/q/status`, 'merge', { status: { hard: { pods: '1' } } });
  const { body } = await server.request('POST', PODS, pod('a'));
  expect(body.message).toBe('pods "a" is forbidden: status unknown for quota: q, resources: pods');
});

it.each<[string, object, object, boolean]>([
  ['BestEffort', { scopes: ['BestEffort'] }, pod('a'), true],
  ['NotBestEffort', { scopes: ['NotBestEffort'] }, pod('a'), false],
  ['Terminating', { scopes: ['Terminating'] }, pod('a', {}, { activeDeadlineSeconds: 5 }), true],
  ['NotTerminating', { scopes: ['NotTerminating'] }, pod('a', {}, { activeDeadlineSeconds: 5 }), false],
  [
    'PriorityClass',
    { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } },
    pod('a', {}, { priorityClassName: 'high' }),
    true,
  ],
])('counts by the scope %s', async (_scope, spec, object, counts) => {
  await using server = await start();
  await addQuota(server, 'q', { pods: '5' }, spec);
  expect((await server.request('POST', PODS, object)).status).toBe(201);
  expect(await used(server, 'q')).toEqual({ pods: counts ? '1' : '0' });
});

it('counts what a service becomes', async () => {
  await using server = await start();
  const services = '/api/v1/namespaces/default/services';
  await addQuota(server, 'q', { services: '2', 'services.nodeports': '1' });
  const service = { metadata: { name: 's' }, spec: { type: 'NodePort', ports: [{ name: 'a', port: 1 }] } };
  expect((await server.request('POST', services, service)).status).toBe(201);
  expect(await used(server, 'q')).toEqual({ services: '1', 'services.nodeports': '1' });
  const more = { spec: { ports: [{ name: 'a', port: 1 }, { name: 'b', port: 2 }] } };
  const { body } = await server.patch(`${services}/s`, 'merge', more);
  expect(body.message).toBe(
    'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1',
  );
});

it('refuses what is limited by default where no quota is about it', async () => {
  const limitedResources = [{ resource: 'pods', matchScopes: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] }];
  await using server = await start({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'ResourceQuotaConfiguration', limitedResources });
  const { body } = await server.request('POST', PODS, pod('a', {}, { priorityClassName: 'high' }));
  expect(body.message).toBe('pods "a" is forbidden: insufficient quota to match these scopes: [{PriorityClass In [high]}]');
  expect((await server.request('POST', PODS, pod('b'))).status).toBe(201);
});

it('judges what resizes take at once', async () => {
  await using server = await start();
  await addQuota(server, 'q', { 'requests.cpu': '2' });
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) expect((await server.request('POST', PODS, pod(name, { requests: { cpu: '250m' }, limits: { cpu: '2' } }))).status).toBe(201);
  const resize = (name: string, cpu: string): Promise<Answer> => {
    return server.patch(`${PODS}/${name}/resize`, 'strategic-merge', { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } });
  };
  const answers = await Promise.all(names.map((name) => resize(name, '750m')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 403, 403]);
  expect(await used(server, 'q')).toEqual({ 'requests.cpu': '2' });
  // What becomes smaller is given back by the controller alone, which counts anew.
  expect((await resize(names[answers.findIndex(({ status }) => status === 200)]!, '250m')).status).toBe(200);
  expect(await used(server, 'q')).toEqual({ 'requests.cpu': '2' });
});

describe('two API servers on one etcd', () => {
  it('together let no more pass than there is room for, and count what passed', async () => {
    const etcd = await startEtcd();
    const stores = await Promise.all([0, 1].map(() => openEtcdStore({ endpoints: [etcd.endpoint] })));
    const servers = [await start(undefined, stores[0]), await start(undefined, stores[1])];
    const [first, second] = servers as [TestServer, TestServer];
    await addQuota(first, 'q', { 'count/configmaps': '15', 'count/secrets': '5' });
    const write = async (i: number): Promise<number> => {
      const [server, plural] = [i % 2 ? first : second, i % 3 ? 'configmaps' : 'secrets'];
      // A conflict is the server's own with the other one: as upstream, the client tries again.
      for (;;) {
        const { status } = await server.request('POST', `/api/v1/namespaces/default/${plural}`, { metadata: { name: `o${i}` } });
        if (status !== 409) return status;
      }
    };
    const codes = await Promise.all(Array.from({ length: 60 }, (_, i) => write(i)));
    expect(codes.filter((code) => code === 201)).toHaveLength(20);
    expect(codes.filter((code) => code !== 201 && code !== 403)).toEqual([]);
    expect(await used(first, 'q')).toEqual({ 'count/configmaps': '15', 'count/secrets': '5' });
    for (const plural of ['configmaps', 'secrets']) {
      const { body } = await first.request('GET', `/api/v1/namespaces/default/${plural}`);
      expect(body.items).toHaveLength(plural === 'secrets' ? 5 : 15);
    }
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all(stores.map((store) => store.close()));
    await etcd.stop();
  });
});
