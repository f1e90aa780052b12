import { connect as connectTls } from 'node:tls';
import { TestServer } from '../testing';
import type { Authorizer } from './authorizer';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

/** Lets everybody do the verb that is their name, and the admin everything. */
const verbByName: Authorizer = {
  authorize: ({ user, verb }) => ({ decision: user.groups.includes('system:masters') || user.name === verb ? 'Allow' : 'NoOpinion', reason: '' }),
};

const users = Object.fromEntries(['get', 'update', 'create'].map((name) => [name, { name, groups: [] }]));

describe('a request that does more than its verb says', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ authorizer: () => verbByName, tokens: users });
    await server.request('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  });
  afterAll(() => server.stop());

  it('may not create by an update what its client may not create', async () => {
    const client = server.client({ token: 'update' });
    const put = { method: 'PUT', path: `${LEASES}/l`, body: { metadata: { name: 'l' } } };
    const refused = await client.http1(put);
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'leases.coordination.k8s.io "l" is forbidden: User "update" cannot create resource "leases" in API group "coordination.k8s.io" in the namespace "default"',
    ]);
    const { body } = await server.request('POST', LEASES, { metadata: { name: 'l' } });
    expect((await client.http1({ ...put, body })).status).toBe(200);
  });

  it.each([
    ['GET', 'get', 'exec', /^HTTP\/1.1 403 [^]*cannot create resource \\"pods\/exec\\"/],
    ['GET', 'get', 'attach', /^HTTP\/1.1 403 [^]*cannot create resource \\"pods\/attach\\"/],
    ['GET', 'get', 'portforward', /^HTTP\/1.1 403 [^]*cannot create resource \\"pods\/portforward\\"/],
    // Past the check: the pod has no node.
    ['POST', 'create', 'exec', /^HTTP\/1.1 400 [^]*does not have a host assigned/],
  ])('may not run commands by %s where its client may only %s: %s', async (method, token, subresource, expected) => {
    const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
    const head = [
      `${method} /api/v1/namespaces/default/pods/p/${subresource}?command=id&container=c&stdout=true HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket',
      `Authorization: Bearer ${token}`, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol: v5.channel.k8s.io',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(expected);
  });
});
