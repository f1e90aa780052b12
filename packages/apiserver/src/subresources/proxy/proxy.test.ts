import { createServer, type Server } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { text } from 'node:stream/consumers';
import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { createCertificateAuthority, createServingCertificate } from '@typekube/component-base';
import { ADMIN_TOKEN, type Answer, TestServer } from '../../testing';
import { pathOf, plainPathOf } from './proxy-path';
import { rewriteLink } from './rewrite';
import { parseTargetName } from './target-name';

const PROXY = '/api/v1/nodes/node-1/proxy';

const PAGE = '<a href="/rewriteme">test</a>';
const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** What the target has, by path. */
const PAGES: Readonly<Record<string, { readonly headers: Record<string, string>; readonly body: Buffer }>> = {
  '/page': { headers: HTML, body: Buffer.from(PAGE) },
  '/gzip': { headers: { ...HTML, 'content-encoding': 'gzip' }, body: gzipSync(PAGE) },
  '/raw': { headers: { ...HTML, 'content-encoding': 'deflate' }, body: deflateRawSync(PAGE) },
  '/zlib': { headers: { ...HTML, 'content-encoding': 'deflate' }, body: deflateSync(PAGE) },
  '/none': { headers: { ...HTML, 'content-encoding': 'deflate' }, body: Buffer.alloc(0) },
  '/nozip': { headers: { ...HTML, 'content-encoding': 'gzip' }, body: Buffer.alloc(0) },
  '/other': { headers: { ...HTML, 'content-encoding': 'x' }, body: Buffer.from(PAGE) },
  '/text': { headers: { 'content-type': 'text/plain' }, body: Buffer.from(PAGE) },
  '/moved': { headers: { ...HTML, location: '/page' }, body: Buffer.from(PAGE) },
};

it.each([
  ['web', { scheme: '', name: 'web', port: '' }],
  ['web:80', { scheme: '', name: 'web', port: '80' }],
  ['https:web:80', { scheme: 'https', name: 'web', port: '80' }],
  ['https:web:', { scheme: 'https', name: 'web', port: '' }],
  ['ftp:web:80', undefined],
  [':80', undefined],
  ['a:b:c:d', undefined],
])('reads the target %s', (name, expected) => {
  expect(parseTargetName(name)).toEqual(expected);
});

it.each([
  ['', ''],
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a//b/', '/a/b/'],
  ['/a/../../b', '/b'],
  ['/../../../etc/passwd', '/etc/passwd'],
  ['/a/./b', '/a/b'],
  ['/a b?c#d%e', '/a%20b%3Fc%23d%25e'],
  ['/a:b@c,d;e=f+g&h$', '/a:b@c,d;e=f+g&h$'],
  ['/a\r\nHost: x', '/a%0D%0AHost:%20x'],
])('passes on the path %j', (behind, expected) => {
  const path = `${PROXY}${behind}`;
  expect(pathOf(plainPathOf({ path, parts: path.split('/').slice(3).filter((part, i) => part || i < 3) }))).toBe(expected);
});

it.each([
  ['/login', '/p/login'],
  ['/login?a=b#c', '/p/login?a=b#c'],
  ['/../../x/', '/p/x/'],
  ['/p/login', '/p/login'],
  ['http://target:1/login', '/p/login'],
  ['http://client/login', '/p/login'],
  ['//target:1/login', '/p/login'],
  ['http://elsewhere/login', 'http://elsewhere/login'],
  ['login', 'login'],
  ['mailto:a@b', 'mailto:a@b'],
  ['////[', '/p//['],
])('rewrites a redirect to %s', (location, expected) => {
  expect(rewriteLink(location, { target: new URL('http://target:1/page'), clientHost: 'client', prefix: '/p' })).toBe(expected);
});

describe('nodes/proxy', () => {
  let server: TestServer;
  let kubelet: Server;
  let last: IncomingMessage;
  let lastBody: string;

  beforeAll(async () => {
    const pair = createServingCertificate(createCertificateAuthority({ commonName: 'ca' }), { commonName: 'node-1', hosts: ['127.0.0.1'] });
    kubelet = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
      void text(request).then((body) => {
        last = request;
        lastBody = body;
        const page = PAGES[request.url ?? ''];
        if (page) return response.writeHead(200, { 'content-length': page.body.length, ...page.headers }).end(page.body);
        if (request.url === '/redirect') return response.writeHead(302, { location: '/there', 'access-control-allow-origin': '*', connection: 'x-secret', 'x-secret': '1' }).end();
        return response.writeHead(201, { 'content-type': 'text/plain', 'x-own': 'yes' }).end(request.method);
      });
    });
    kubelet.on('upgrade', (request, socket) => {
      last = request;
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
    server = await TestServer.start();
    const node = (await server.request('POST', '/api/v1/nodes', { metadata: { name: 'node-1' } })).body;
    const status = { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: (kubelet.address() as AddressInfo).port } } };
    await server.request('PUT', '/api/v1/nodes/node-1/status', { ...node, status });
  });

  afterAll(async () => {
    await server.stop();
    kubelet.closeAllConnections();
    await new Promise((resolve) => kubelet.close(resolve));
  });

  const told = ({ status, body }: Answer): unknown[] => [status, body.reason, body.message];

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('passes %s on, with its body and the answer', async (method) => {
    const answer = await server.request(method, `${PROXY}/a/b?x=1&y=%2F`, method === 'GET' ? undefined : 'body', { 'content-type': 'text/plain', 'X-Forwarded-For': '192.0.2.1' });
    expect([answer.status, answer.text, answer.headers['x-own']]).toEqual([201, method, 'yes']);
    expect([last.method, last.url, lastBody]).toEqual([method, '/a/b?x=1&y=%2F', method === 'GET' ? '' : 'body']);
    expect(last.headers).toMatchObject({ 'x-forwarded-for': '192.0.2.1, 127.0.0.1', 'x-forwarded-uri': `${PROXY}/a/b` });
  });

  it('passes HEAD on, and over HTTP/2 a body without a length', async () => {
    expect((await server.request('HEAD', `${PROXY}/a`)).status).toBe(201);
    const answer = await server.request2('DELETE', `${PROXY}/a`, 'body', { 'content-type': 'text/plain' });
    expect([answer.status, answer.text, lastBody]).toEqual([201, 'DELETE', 'body']);
    expect(Object.keys(last.headers).filter((name) => name.startsWith(':'))).toEqual([]);
  });

  const REWRITTEN = `<a href="${PROXY}/rewriteme">test</a>`;
  it.each<[string, (body: Buffer) => Buffer, string]>([
    ['/page', Buffer.from, REWRITTEN],
    ['/gzip', gunzipSync, REWRITTEN],
    ['/raw', inflateRawSync, REWRITTEN],
    ['/zlib', inflateSync, REWRITTEN],
    ['/other', Buffer.from, PAGE],
    ['/text', Buffer.from, PAGE],
    ['/moved', Buffer.from, PAGE],
  ])('rewrites the links of %s, if it is a page', async (path, decode, expected) => {
    for (const answer of [await server.request('GET', `${PROXY}${path}`), await server.request2('GET', `${PROXY}${path}`)]) {
      expect([answer.status, decode(answer.bytes).toString()]).toEqual([200, expected]);
      expect(answer.headers['content-length']).toBe(expected === PAGE ? String(PAGE.length) : undefined);
    }
    expect((await server.request('HEAD', `${PROXY}${path}`)).status).toBe(200);
  });

  it('does not wait for a page without a body', async () => {
    for (const path of ['/none', '/nozip']) expect((await server.request('GET', `${PROXY}${path}`)).status).toBe(200);
  });

  it("keeps the client's credentials, and what is of one connection", async () => {
    await server.request('GET', `${PROXY}/a`, undefined, {
      'x-hop': '1', connection: 'x-hop', cookie: 'a=b', 'x-remote-user': 'root', 'X-Remote-Extra-A': 'b', 'Impersonate-User': 'jane',
    });
    expect(Object.keys(last.headers).filter((name) => /remote|impersonate/.test(name))).toEqual([]);
    expect([last.headers.authorization, last.headers['x-hop'], last.headers.cookie]).toEqual([undefined, undefined, 'a=b']);
    const { headers } = await server.request('GET', `${PROXY}/redirect`);
    expect([headers.location, headers['x-secret'], headers['access-control-allow-origin']]).toEqual([`${PROXY}/there`, undefined, undefined]);
  });

  it('leads to the root with a slash at its end', async () => {
    const answer = await server.request('GET', `${PROXY}?a=b`);
    expect([answer.status, answer.headers.location]).toEqual([301, `${PROXY}/?a=b`]);
    await server.request('GET', `${PROXY}/`);
    expect(last.url).toBe('/');
  });

  it('does not let a path out of the target', async () => {
    await server.request('GET', `${PROXY}/%2e%2e/%2e%2e/secrets`);
    expect(last.url).toBe('/secrets');
  });

  it('passes on what a connection becomes', async () => {
    const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
    socket.write(`GET ${PROXY}/echo?a=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\nX-Remote-User: root\r\nImpersonate-User: jane\r\nX-Kept: 1\r\n\r\n`);
    const head = await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())));
    expect(head).toMatch(/^HTTP\/1.1 101 /);
    expect([last.url, last.headers.authorization]).toEqual(['/echo?a=1', undefined]);
    expect([last.headers['x-remote-user'], last.headers['impersonate-user'], last.headers['x-kept']]).toEqual([undefined, undefined, '1']);
    socket.write('hello');
    expect(await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())))).toBe('hello');
    socket.destroy();
  });

  it('passes on no token that a browser has put among the protocols', async () => {
    const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
    const token = `base64url.bearer.authorization.k8s.io.${Buffer.from(ADMIN_TOKEN).toString('base64url')}`;
    socket.write(`GET ${PROXY}/echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: ${token}, chat\r\n\r\n`);
    const head = await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())));
    expect(head).toMatch(/^HTTP\/1.1 101 /);
    expect(last.headers['sec-websocket-protocol']).toBe('chat');
    socket.destroy();
  });

  it('says what it does not find or may not ask', async () => {
    await server.request('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    const pod = (await server.request('GET', '/api/v1/namespaces/default/pods/p')).body;
    await server.request('PUT', '/api/v1/namespaces/default/pods/p/status', { ...pod, status: { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] } });
    await server.request('POST', '/api/v1/namespaces/default/services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } });
    const ask = async (path: string): Promise<unknown[]> => told(await server.request('GET', `/api/v1/${path}/proxy/`));
    expect(await ask('nodes/none')).toEqual([404, 'NotFound', 'nodes "none" not found']);
    expect(await ask('nodes/ftp:node-1:1')).toEqual([400, 'BadRequest', 'invalid node request "ftp:node-1:1"']);
    expect(await ask('nodes/node-1:1')).toEqual([400, 'BadRequest', 'address not allowed']);
    expect(await ask('namespaces/default/pods/p')).toEqual([400, 'BadRequest', 'address not allowed']);
    expect(await ask('namespaces/default/pods/none')).toEqual([404, 'NotFound', 'pods "none" not found']);
    expect(await ask('namespaces/default/services/s:81')).toEqual([503, 'ServiceUnavailable', 'no service port 81 found for service "s"']);
    await server.request('POST', '/api/v1/namespaces/default/endpoints', { metadata: { name: 's' }, subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] });
    expect(await ask('namespaces/default/services/s')).toEqual([503, 'ServiceUnavailable', 'no endpoints available for service "s"']);
  });

  it('says so when the target cannot be reached', async () => {
    const node = (await server.request('POST', '/api/v1/nodes', { metadata: { name: 'gone' } })).body;
    const status = { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: 1 } } };
    await server.request('PUT', '/api/v1/nodes/gone/status', { ...node, status });
    expect(told(await server.request('GET', '/api/v1/nodes/gone/proxy/healthz'))).toEqual([
      503, 'ServiceUnavailable', 'error trying to reach service: connect ECONNREFUSED 127.0.0.1:1',
    ]);
  });
});
