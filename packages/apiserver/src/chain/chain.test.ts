import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { alwaysDeny } from '../authz/authorizer';
import { ADMIN_TOKEN, clientIdentity, TestServer } from '../testing';

const PODS = '/api/v1/namespaces/default/pods';

/** Bytes as they stand, over a connection of its own; resolves to all that comes back until the server closes, or to the first bytes. */
async function raw(port: number, text: string, untilClosed = false): Promise<string> {
  const socket: TLSSocket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  let all = '';
  socket.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  // `once` of events would reject on an error: a server that closes while more is being sent resets the connection.
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(text);
  await (untilClosed ? closed : Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed]));
  socket.destroy();
  return all;
}

const bearer = `Host: x\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n`;

describe('the request chain', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({
      tokens: { 'plain-token': { name: 'plain', groups: ['a'] } },
      authorizer: {
        authorize: ({ user, path, resource }) => {
          if (path === '/throws') throw new Error('the authorizer broke');
          const isAllowed = user.groups.includes('system:masters') || user.groups.includes('friends');
          return isAllowed && resource !== 'secrets' ? { decision: 'Allow', reason: '' } : { decision: 'NoOpinion', reason: 'no rule' };
        },
      },
    });
  });

  afterAll(() => server.stop());

  describe('authentication', () => {
    const friend = clientIdentity({ commonName: 'jane', organizations: ['friends', 'system:others'] });
    const review = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} };
    const jane = {
      username: 'jane',
      groups: ['friends', 'system:others', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)] },
    };

    it('knows a client by its certificate, over both protocols', async () => {
      const client = server.client({ identity: friend });
      for (const answer of [await client.http1(review), await client.http2(review)]) {
        expect(answer.status).toBe(201);
        expect(answer.body.status).toEqual({ userInfo: jane });
      }
    });

    it('knows a client by its token', async () => {
      const answer = await server.request('POST', review.path, {});
      expect(answer.body.status).toEqual({ userInfo: { username: 'admin', uid: '1', groups: ['system:masters', 'system:authenticated'] } });
    });

    it('takes the certificate before the token', async () => {
      const client = server.client({ identity: friend, token: ADMIN_TOKEN });
      expect((await client.http1(review)).body.status).toEqual({ userInfo: jane });
    });

    it.each([
      ['a wrong token', { authorization: 'Bearer wrong' }],
      ['the name of a method of objects', { authorization: 'Bearer constructor' }],
    ])('refuses %s with 401', async (_what, headers) => {
      for (const path of [PODS, '/healthz']) {
        const answer = await server.client().http1({ method: 'GET', path, headers });
        expect(answer.status).toBe(401);
        expect(answer.body).toEqual({
          kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401,
        });
      }
    });

    it('refuses anonymous clients where they are not let in, also those of another scheme', async () => {
      await using closed = await TestServer.start({ allowAnonymous: false });
      for (const authorization of [undefined, 'Basic YTpi', 'Bearer ']) {
        const headers = { ...(authorization && { authorization }) };
        expect((await closed.client().http1({ method: 'GET', path: '/healthz', headers })).status).toBe(401);
      }
      expect((await closed.request('GET', '/healthz')).status).toBe(200);
    });

    it('does not take the certificate of another authority', async () => {
      const { createCertificateAuthority, createClientCertificate } = await import('@typekube/component-base');
      const identity = createClientCertificate(createCertificateAuthority({ commonName: 'evil' }), {
        subject: { commonName: 'admin', organizations: ['system:masters'] },
      });
      expect((await server.client({ identity }).http1({ method: 'GET', path: PODS })).status).toBe(401);
      expect((await server.client({ identity, token: ADMIN_TOKEN }).http1({ method: 'GET', path: PODS })).status).toBe(200);
    });

    it('still knows client certificates after its own has been renewed', async () => {
      const { createCertificateAuthority, createServingCertificate } = await import('@typekube/component-base');
      await using renewed = await TestServer.start();
      const next = createServingCertificate(createCertificateAuthority({ commonName: 'next' }), { commonName: 'next', hosts: ['127.0.0.1'] });
      renewed.server.useCertificate(next.certificate, next.key);
      const session = connectHttp2(`https://127.0.0.1:${renewed.port}`, {
        rejectUnauthorized: false, cert: friend.certificate, key: friend.key,
      });
      const stream = session.request({ ':method': 'POST', ':path': review.path, 'content-type': 'application/json' });
      stream.end('{}');
      expect(JSON.parse((await stream.toArray()).join(''))).toMatchObject({ status: { userInfo: jane } });
      session.destroy();
    });
  });

  describe('authorization', () => {
    const forbidden = async (path: string, method = 'GET'): Promise<unknown> => {
      const answer = await server.client({ token: 'plain-token' }).http1({ method, path });
      expect(answer.status).toBe(403);
      return answer.body;
    };

    it.each([
      [PODS, 'GET', 'pods is forbidden: User "plain" cannot list resource "pods" in API group "" in the namespace "default": no rule', { kind: 'pods' }],
      [`${PODS}/a`, 'DELETE', 'pods "a" is forbidden: User "plain" cannot delete resource "pods" in API group "" in the namespace "default": no rule', { kind: 'pods', name: 'a' }],
      [`${PODS}/a/log`, 'GET', 'pods "a" is forbidden: User "plain" cannot get resource "pods/log" in API group "" in the namespace "default": no rule', { kind: 'pods', name: 'a' }],
      ['/apis/apps/v1/deployments?watch=1', 'GET', 'deployments.apps is forbidden: User "plain" cannot watch resource "deployments" in API group "apps" at the cluster scope: no rule', { kind: 'deployments', group: 'apps' }],
      ['/api/v1/nodes/n', 'GET', 'nodes "n" is forbidden: User "plain" cannot get resource "nodes" in API group "" at the cluster scope: no rule', { kind: 'nodes', name: 'n' }],
      ['/version', 'GET', 'forbidden: User "plain" cannot get path "/version": no rule', {}],
    ])('refuses %s with the text of upstream', async (path, method, message, details) => {
      expect(await forbidden(path, method)).toEqual({
        kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Forbidden', details, code: 403,
      });
    });

    it('asks before it tells whether something exists', async () => {
      await forbidden('/api/v1/nothing');
      await forbidden(`${PODS}/missing`);
    });

    it('answers 500 and logs it when an authorizer throws', async () => {
      const answer = await server.request('GET', '/throws');
      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain('broke');
      expect(server.errors).toContainEqual({ message: 'GET /throws', error: new Error('the authorizer broke') });
    });

    it('names the anonymous user', async () => {
      const answer = await server.client().http2({ method: 'GET', path: PODS });
      expect(answer.body.message).toContain('User "system:anonymous" cannot list');
    });

    it('denies everything with AlwaysDeny', async () => {
      await using denying = await TestServer.start({ authorizer: alwaysDeny, namespaces: [] });
      expect((await denying.request('GET', PODS)).body.message).toMatch(/: Everything is forbidden\.$/);
    });
  });

  describe('paths and methods', () => {
    it.each([
      ['GET', '/api/v1/nothing', 404],
      ['GET', '/api/v2/pods', 404],
      ['GET', '/api/v1/Pods', 404],
      ['GET', '/api/v1//pods', 404],
      ['GET', '/api/v1/namespaces//pods', 404],
      ['GET', '/api/v1/namespaces/default/namespaces', 404],
      ['GET', '/api/v1/namespaces/default/namespaces/default', 404],
      ['GET', '/api/v1/namespaces/default/nodes', 404],
      ['GET', '/api/v1/pods/a', 404],
      ['GET', '/api/v1/watch/pods/a', 404],
      ['GET', `${PODS}/a/nothing`, 404],
      ['GET', `${PODS}/a/constructor`, 404],
      ['GET', `${PODS}/a/__proto__`, 404],
      ['GET', `${PODS}/a/status/more`, 404],
      ['GET', `${PODS}//log`, 404],
      ['GET', `${PODS}/a%2Fb`, 404],
      ['GET', `${PODS}/..%2f..%2fsecrets`, 404],
      ['GET', `${PODS}/..`, 400],
      ['GET', `${PODS}/%2e%2e`, 400],
      ['DELETE', `${PODS}/%25`, 400],
      ['GET', `${PODS}/a%00b`, 404],
      ['DELETE', `${PODS}/a%00b`, 404],
      ['DELETE', `${PODS}/${'x'.repeat(20_000)}`, 404],
      ['GET', '/api/v1/namespaces/%2e%2e/pods', 400],
      ['GET', '/%zz', 400],
      ['GET', '/%ff', 400],
      ['POST', '/api/v1/pods', 405],
      ['DELETE', '/api/v1/pods', 405],
      ['POST', `${PODS}/a`, 405],
      ['PUT', PODS, 405],
      ['PATCH', PODS, 405],
      ['OPTIONS', PODS, 405],
      ['TRACE', PODS, 405],
      ['HEAD', PODS, 405],
      ['PATCH', '/apis/authentication.k8s.io/v1/selfsubjectreviews', 405],
      ['GET', '/apis/authentication.k8s.io/v1/selfsubjectreviews', 405],
      ['GET', `${PODS}/a/eviction`, 405],
      ['DELETE', `${PODS}/a/status`, 405],
    ])('%.10s %.80s is answered with %i and a Status', async (method, path, code) => {
      const answers = [await server.request(method, path), await server.request2(method, path)];
      for (const answer of answers) {
        expect(answer.status).toBe(code);
        if (method !== 'HEAD') expect(answer.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code });
      }
    });

    it.each(['/nothing', '/apis/nothing', '/apis/nothing/v1', '/apis/nothing/v1/pods', '/apis/nothing.example/v1/pods', '/healthz/'])('answers %s, which is in no group that it knows, as Go does', async (path) => {
      for (const answer of [await server.request('GET', path), await server.request2('GET', path)]) {
        expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
        expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
      }
    });

    it.each([
      [404, '/api/v1/nothing', 'GET', { message: 'the server could not find the requested resource', reason: 'NotFound', details: {} }],
      [405, PODS, 'PUT', { message: 'the server does not allow this method on the requested resource', reason: 'MethodNotAllowed', details: {} }],
      [400, `${PODS}/..`, 'GET', { message: 'Name parameter invalid: "..": may not be \'..\'', reason: 'BadRequest' }],
    ])('words a %i as upstream', async (_code, path, method, status) => {
      expect((await server.request(method, path)).body).toMatchObject(status);
    });

    it.each([
      ['//healthz', 404],
      ['/healthz/', 404],
      ['/HEALTHZ', 404],
      ['/healthz#', 404],
      ['/nothing/../healthz', 404],
      ['/nothing/%2e%2e/healthz', 404],
      ['/apis/', 200],
      ['/api/v1/', 200],
      ['//api/v1/pods', 200],
    ])('%s is what is authorised, to the letter: %i', async (path, code) => {
      expect((await server.request('GET', path)).status).toBe(code);
    });

    it.each([
      ['https://other.example/api/v1/namespaces/default/pods', 200, '"PodList"'],
      ['https://other.example', 200, '"/apis"'],
      ['https://other.example/healthz#', 404, '404 page not found'],
    ])('reads the whole URL %s as its path', async (url, code, text) => {
      const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
      socket.write(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      expect(answer).toContain(`HTTP/1.1 ${code} `);
      expect(answer).toContain(text);
    });

    it('answers methods that only HTTP/2 can name', async () => {
      for (const method of ['constructor', 'FOO', '__proto__']) {
        expect((await server.request2(method, PODS)).status).toBe(405);
      }
    });
  });

  describe('headers of every answer', () => {
    it.each(['/healthz', PODS, '/nothing', '/api'])('%s has an audit id and is not to be cached', async (path) => {
      for (const answer of [await server.request('GET', path), await server.request2('GET', path)]) {
        expect(answer.headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
        expect(answer.headers['cache-control']).toBe('no-cache, private');
        expect(answer.headers).not.toHaveProperty('x-powered-by');
      }
    });

    it('keeps the audit id of the client, if it is one', async () => {
      expect((await server.request('GET', PODS, undefined, { 'audit-id': 'my-id' })).headers['audit-id']).toBe('my-id');
      expect((await server.request('GET', PODS, undefined, { 'audit-id': 'a b<' })).headers['audit-id']).not.toBe('a b<');
    });
  });

  describe('clients that misbehave', () => {
    const stillWorks = async (): Promise<void> => expect((await server.request('GET', PODS)).status).toBe(200);

    it.each([
      ['nonsense', 'hello\r\n\r\n', /^HTTP\/1\.1 400 |^$/],
      ['a head that is too large', `GET ${PODS} HTTP/1.1\r\n${bearer}X: ${'x'.repeat(1_200_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
      ['two lengths', `POST ${PODS} HTTP/1.1\r\n${bearer}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`, /^HTTP\/1\.1 400 /],
      ['a length and chunks', `POST ${PODS} HTTP/1.1\r\n${bearer}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, /^HTTP\/1\.1 400 /],
      ['a header with a control character', `GET ${PODS} HTTP/1.1\r\n${bearer}X: a\u0000b\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ])('%s is answered or cut off', async (_what, text, expected) => {
      expect((await raw(server.port, text, true)).slice(0, 50)).toMatch(expected);
      await stillWorks();
    });

    it('a body that breaks off leaves nothing behind', async () => {
      const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      socket.write(`POST ${PODS} HTTP/1.1\r\n${bearer}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"metadata":`);
      socket.destroy();
      await once(socket, 'close');
      await stillWorks();
    });

    it.each([constants.NGHTTP2_INTERNAL_ERROR, constants.NGHTTP2_PROTOCOL_ERROR, constants.NGHTTP2_CANCEL, constants.NGHTTP2_FLOW_CONTROL_ERROR])(
      'a stream that is reset with code %i does not end the server',
      async (code) => {
        const session = server.client({ token: ADMIN_TOKEN }).http2Session();
        for (const [method, path] of [['GET', `${PODS}?watch=1`], ['POST', PODS], ['GET', PODS], ['GET', '/openapi/v2']] as const) {
          const stream = session.request({ ':method': method, ':path': path, authorization: `Bearer ${ADMIN_TOKEN}` }, { endStream: false });
          stream.on('error', () => undefined);
          if (path.includes('watch')) await new Promise((resolve) => stream.once('response', resolve));
          stream.close(code);
          await new Promise((resolve) => stream.once('close', resolve));
        }
        await stillWorks();
      },
    );

    it('a connection that is cut in the middle of a watch releases the watch', async () => {
      const { cache } = server.server.core.endpoints.resource('', 'pods');
      const session = server.client().http2Session();
      const stream = session.request({ ':path': `${PODS}?watch=1`, authorization: `Bearer ${ADMIN_TOKEN}` });
      stream.on('error', () => undefined);
      await once(stream, 'response');
      expect(cache.listenerCount).toBe(1);
      session.destroy();
      while (cache.listenerCount) await new Promise((resolve) => setImmediate(resolve));
      await stillWorks();
    });
  });
});
