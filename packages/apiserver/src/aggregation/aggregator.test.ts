import { connect as connectTls } from 'node:tls';
import { clientIdentity, type TestEvent, testCA, TestServer } from '../testing';
import type { APIService } from './remote-api';
import { ExtensionServer } from './testing/extension-server';

const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const GROUP_VERSION = '/apis/wardle.example.com/v1alpha1';
const FLUNDERS = `${GROUP_VERSION}/namespaces/default/flunders`;
const NAME = 'v1alpha1.wardle.example.com';
const V2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const CA_BUNDLE = Buffer.from(testCA.certificate).toString('base64');

const RESOURCE = {
  resource: 'flunders', responseKind: { group: 'wardle.example.com', version: 'v1alpha1', kind: 'Flunder' }, scope: 'Namespaced', singularResource: 'flunder', verbs: ['get', 'list'],
};

let server: TestServer;
let extension: ExtensionServer;

beforeAll(async () => {
  server = await TestServer.start({
    aggregation: { identity: clientIdentity({ commonName: 'front-proxy-client' }) },
    tokens: { jane: { name: 'jane', uid: '7', groups: ['a', 'b'], extra: { 'acme.com/x': ['1', '2'] } } },
  });
});

afterAll(() => server.stop());

beforeEach(async () => {
  extension = await ExtensionServer.start();
  extension.json(GROUP_VERSION, { kind: 'APIResourceList', groupVersion: 'wardle.example.com/v1alpha1', resources: [] });
  extension.json('/apis', { items: [{ metadata: { name: 'wardle.example.com' }, versions: [{ version: 'v1alpha1', resources: [RESOURCE] }] }] }, V2);
  await server.request('POST', '/api/v1/namespaces/default/services', { metadata: { name: 'api' }, spec: { type: 'ExternalName', externalName: 'localhost' } });
});

afterEach(async () => {
  await server.request('DELETE', `${SERVICES}/${NAME}`);
  await server.request('DELETE', '/api/v1/namespaces/default/services/api');
  await extension.close();
  server.errors.length = 0;
});

const register = (spec: object = {}): ReturnType<TestServer['request']> =>
  server.request('POST', SERVICES, {
    metadata: { name: NAME },
    spec: {
      group: 'wardle.example.com', version: 'v1alpha1', groupPriorityMinimum: 2000, versionPriority: 200, caBundle: CA_BUNDLE,
      service: { namespace: 'default', name: 'api', port: extension.port }, ...spec,
    },
  });

/** Waits for what a watch of the API services tells. */
async function untilAvailable(status: 'True' | 'False'): Promise<NonNullable<NonNullable<APIService['status']>['conditions']>[number]> {
  const watch = await server.watch(`${SERVICES}?fieldSelector=metadata.name=${NAME}`);
  try {
    for (;;) {
      const [{ object }] = (await watch.take(1)) as [TestEvent];
      const found = (object as unknown as APIService).status?.conditions?.find(({ type }) => type === 'Available');
      if (found?.status === status) return found;
    }
  } finally {
    watch.close();
  }
}

async function untilDiscovered(freshness: string): Promise<object> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    const { items } = (await server.request('GET', '/apis', undefined, { accept: V2 })).body as unknown as { items: { metadata: { name: string }; versions: { freshness: string }[] }[] };
    const found = items.find(({ metadata }) => metadata.name === 'wardle.example.com')?.versions[0];
    if (found?.freshness === freshness) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it does not become ${freshness}`);
}

describe('an API service of another server', () => {
  it('is stored without a warning, and becomes available', async () => {
    const created = await register();
    expect([created.status, created.headers.warning]).toEqual([201, undefined]);
    expect(await untilAvailable('True')).toMatchObject({ reason: 'Passed', message: 'all checks passed' });
  });

  it('gets requests in the name of their client, with the certificate of this server', async () => {
    await register();
    await untilAvailable('True');
    extension.answers.set(FLUNDERS, (_request, response) => response.writeHead(201, { 'content-type': 'application/json', 'x-own': '1' }).end('{"kind":"Flunder"}'));
    const jane = server.client({ token: 'jane' });
    const headers = { 'X-Remote-User': 'root', 'X-Remote-Group': 'system:masters', 'X-Remote-Extra-Admin': '1', 'X-Kept': '1', 'content-type': 'application/json' };
    const answer = await jane.http1({ method: 'POST', path: `${FLUNDERS}?dryRun=All&x=%2F`, body: { kind: 'Flunder' }, headers });
    expect([answer.status, answer.text, answer.headers['x-own']]).toEqual([201, '{"kind":"Flunder"}', '1']);
    const { last } = extension;
    expect([last.method, last.url, last.body, last.proxy]).toEqual(['POST', `${FLUNDERS}?dryRun=All&x=%2F`, '{"kind":"Flunder"}', 'front-proxy-client']);
    expect(last.headers).toMatchObject({ 'x-remote-user': 'jane', 'x-remote-uid': '7', 'x-kept': '1', 'x-forwarded-for': '127.0.0.1' });
    expect(last.headers.authorization).toBeUndefined();
    const named = last.rawHeaders.flatMap((name, i) => (i % 2 === 0 && /^x-remote-(group|extra)/i.test(name) ? [`${name}: ${last.rawHeaders[i + 1]}`] : []));
    expect(named).toEqual(['x-remote-group: a', 'x-remote-group: b', 'x-remote-group: system:authenticated', 'x-remote-extra-acme.com%2Fx: 1', 'x-remote-extra-acme.com%2Fx: 2']);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'HEAD'])('gets %s, over HTTP/2 too', async (method) => {
    await register();
    await untilAvailable('True');
    extension.answers.set(`${FLUNDERS}/one`, (request, response) => response.writeHead(202).end(request.method));
    const answer = await server.request2(method, `${FLUNDERS}/one`, method === 'HEAD' ? undefined : 'body', { 'content-type': 'text/plain' });
    expect([answer.status, extension.last.method, extension.last.body]).toEqual([202, method, method === 'HEAD' ? '' : 'body']);
  });

  it('is watched through this server, which ends the watch when the other one does', async () => {
    await register();
    await untilAvailable('True');
    extension.answers.set(FLUNDERS, (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"type":"ADDED","object":{"kind":"Flunder"}}\n'));
    const watch = await server.watch(FLUNDERS);
    expect(await watch.take(1)).toMatchObject([{ type: 'ADDED' }]);
    await extension.close();
    await expect(watch.take(1)).rejects.toThrow();
    watch.close();
    await extension.listen(0);
  });

  it('gets connections that change their protocol', async () => {
    await register();
    await untilAvailable('True');
    extension.onUpgrade = (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
    };
    const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
    const lines = ['Host: x', 'Connection: Upgrade', 'Upgrade: echo', 'Authorization: Bearer jane', 'X-Remote-User: root', 'X-Remote-Extra-A: b', 'Impersonate-Foo: bar', 'X-Kept: 1'];
    socket.write(`GET ${FLUNDERS}/one/exec?a=1 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const head = await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())));
    expect(head).toMatch(/^HTTP\/1.1 101 /);
    const { url, headers, proxy } = extension.last;
    expect([url, proxy, headers['x-remote-user'], headers['x-remote-group'], headers['x-kept']]).toEqual([`${FLUNDERS}/one/exec?a=1`, 'front-proxy-client', 'jane', 'a, b, system:authenticated', '1']);
    expect([headers.authorization, headers['x-remote-extra-a'], headers['impersonate-foo']]).toEqual([undefined, undefined, undefined]);
    socket.write('hello');
    expect(await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())))).toBe('hello');
    socket.destroy();
  });

  it('must have a certificate of its own name and of its authority', async () => {
    await register({ caBundle: Buffer.from(clientIdentity({ commonName: 'x' }).certificate).toString('base64') });
    await untilAvailable('True');
    const answer = await server.request('GET', FLUNDERS);
    expect([answer.status, answer.headers['content-type']]).toEqual([503, 'text/plain; charset=utf-8']);
    expect(answer.text).toMatch(/^error trying to reach service: /);
    await server.patch(`${SERVICES}/${NAME}`, 'merge', { spec: { caBundle: null, insecureSkipTLSVerify: true } });
    extension.json(FLUNDERS, { kind: 'FlunderList' });
    expect((await server.request('GET', FLUNDERS)).status).toBe(200);
  });

  it('leads nobody elsewhere', async () => {
    await register();
    await untilAvailable('True');
    extension.answers.set(FLUNDERS, (_request, response) => response.writeHead(302, { location: 'https://elsewhere/' }).end());
    const answer = await server.request('GET', FLUNDERS);
    expect([answer.status, answer.headers.location, answer.text]).toEqual([502, undefined, 'the backend attempted to redirect this request, which is not permitted']);
  });

  it('says why it is not available, and is again when its server is', async () => {
    const { port } = extension;
    await extension.close();
    await register({ service: { namespace: 'default', name: 'api', port } });
    const why = await untilAvailable('False');
    expect(why).toMatchObject({
      reason: 'FailedDiscoveryCheck',
      message: expect.stringMatching(/^failing or missing response from https:\/\/localhost:\d+\/apis\/wardle.example.com\/v1alpha1: Get "https:.*: connect: connection refused$/),
    });
    const answer = await server.request('GET', FLUNDERS);
    expect([answer.status, answer.text]).toEqual([503, 'service unavailable\n']);
    await extension.listen(port);
    expect(await untilAvailable('True')).toMatchObject({ reason: 'Passed' });
    expect(await untilDiscovered('Current')).toMatchObject({ resources: [RESOURCE] });
  });

  it('is not available without its service', async () => {
    await register({ service: { namespace: 'default', name: 'none', port: 443 } });
    expect(await untilAvailable('False')).toMatchObject({ reason: 'ServiceNotFound', message: 'service/none in "default" is not present' });
    expect((await server.request('GET', FLUNDERS)).text).toBe('service unavailable\n');
  });

  it('keeps what others say in its status', async () => {
    await register();
    await untilAvailable('True');
    const condition = { type: 'StatusPatched', status: 'True', reason: 'E2E', message: 'Set by e2e test' };
    const patched = await server.patch(`${SERVICES}/${NAME}/status`, 'merge', { status: { conditions: [condition] } });
    expect(patched.status).toBe(200);
    await untilAvailable('True');
    const { status } = (await server.request('GET', `${SERVICES}/${NAME}/status`)).body as unknown as APIService;
    expect(status?.conditions).toEqual([expect.objectContaining(condition), expect.objectContaining({ type: 'Available', status: 'True' })]);
  });
});

describe('discovery', () => {
  interface Groups {
    readonly groups: { readonly name: string; readonly versions: { readonly version: string }[]; readonly preferredVersion: { readonly version: string } }[];
  }

  it('has the resources of the other server among those of this one', async () => {
    await register();
    expect(await untilDiscovered('Current')).toEqual({ version: 'v1alpha1', resources: [RESOURCE], freshness: 'Current' });
    const { groups } = (await server.request('GET', '/apis')).body as unknown as Groups;
    expect(groups.find(({ name }) => name === 'wardle.example.com')).toMatchObject({ preferredVersion: { version: 'v1alpha1' } });
    expect((await server.request('GET', '/apis/wardle.example.com')).body).toMatchObject({ kind: 'APIGroup', name: 'wardle.example.com' });
    expect((await server.request('GET', GROUP_VERSION)).body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'wardle.example.com/v1alpha1' });
    await server.request('DELETE', `${SERVICES}/${NAME}`);
    expect((await server.request('GET', '/apis/wardle.example.com')).status).toBe(404);
  });

  it('is stale while the other server does not say, with what it said before', async () => {
    await register();
    await untilDiscovered('Current');
    const { port } = extension;
    await extension.close();
    // What happens to the service is a reason to look again.
    await server.patch('/api/v1/namespaces/default/services/api', 'merge', { metadata: { labels: { a: 'b' } } });
    expect(await untilDiscovered('Stale')).toEqual({ version: 'v1alpha1', resources: [RESOURCE], freshness: 'Stale' });
    await extension.listen(port);
  });

  it('is in the order that the API services ask for', async () => {
    await register({ groupPriorityMinimum: 17_900 });
    const { groups } = (await server.request('GET', '/apis')).body as unknown as Groups;
    expect(groups.slice(0, 3).map(({ name }) => name)).toEqual(['apiregistration.k8s.io', 'wardle.example.com', 'apps']);
  });
});

describe('OpenAPI', () => {
  it('has the paths of the other server in version 2, and its documents of version 3', async () => {
    await register();
    await untilAvailable('True');
    extension.json('/openapi/v2', { swagger: '2.0', paths: { [`${GROUP_VERSION}/flunders`]: { get: { responses: { 200: { schema: { $ref: '#/definitions/Flunder' } } } } } }, definitions: { Flunder: { type: 'object' } } });
    extension.json('/openapi/v3', { paths: { 'apis/wardle.example.com/v1alpha1': { serverRelativeURL: '/openapi/v3/apis/wardle.example.com/v1alpha1?hash=X' }, version: { serverRelativeURL: '/v' } } });
    extension.json('/openapi/v3/apis/wardle.example.com/v1alpha1', { openapi: '3.0.0' });
    const v2 = (await server.request('GET', '/openapi/v2')).body as unknown as { paths: object; definitions: object };
    expect(v2.paths).toHaveProperty([`${GROUP_VERSION}/flunders`]);
    expect(v2.paths).toHaveProperty(['/api/v1/pods']);
    expect(v2.definitions).toHaveProperty('Flunder');
    const index = (await server.request('GET', '/openapi/v3')).body as unknown as { paths: Record<string, { serverRelativeURL: string }> };
    expect(index.paths['apis/wardle.example.com/v1alpha1']?.serverRelativeURL).toBe('/openapi/v3/apis/wardle.example.com/v1alpha1?hash=X');
    expect(index.paths['version']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/version\?hash=/);
    expect((await server.request('GET', '/openapi/v3/apis/wardle.example.com/v1alpha1?hash=X')).body).toEqual({ openapi: '3.0.0' });
  });
});
