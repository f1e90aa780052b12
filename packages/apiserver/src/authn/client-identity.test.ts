import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyAuthority, createCertificateAuthority, createClientCertificate, generateSigningKey, type KeyPair } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { type Answer, authenticatingServer, clientIdentity, testCA, TestServer } from '../testing';
import { Authorities } from './authorities';
import { clientCertificate } from './client-certificate';
import { failureLog } from './failure-log';
import { frontProxy } from './front-proxy';

const WHO = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} };
const KEY = generateSigningKey();

const proxies = createCertificateAuthority({ commonName: 'proxies' });
const signedBy = (authority: KeyPair, commonName: string): KeyPair => createClientCertificate(authority, { subject: { commonName, organizations: ['g'] } });

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'typekube-authn-'))));
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const userOf = ({ status, body }: Answer): unknown => (status === 201 ? (body.status as { userInfo: unknown }).userInfo : status);

describe('a front proxy', () => {
  let server: TestServer;
  beforeAll(async () => {
    const flags = [
      `--requestheader-client-ca-file=${await file('proxies.crt', proxies.certificate)}`,
      '--requestheader-allowed-names=front', '--requestheader-username-headers=X-Remote-User', '--requestheader-uid-headers=X-Remote-Uid',
      '--requestheader-group-headers=X-Remote-Group', '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    ];
    server = await authenticatingServer(flags, KEY, { allowAnonymous: true });
  });
  afterAll(() => server.stop());

  const named = { 'X-Remote-User': 'jane', 'X-Remote-Group': ['a, b', 'c'], 'X-Remote-Uid': '7', 'X-Remote-Extra-Acme%2ftopic': 'x' };
  const ask = (identity: KeyPair | undefined, headers: object = named): Promise<Answer> =>
    server.client(identity && { identity }).http1({ ...WHO, headers: headers as Record<string, string> });
  const anonymous = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

  it('is believed what it says of its client', async () => {
    expect(userOf(await ask(signedBy(proxies, 'front')))).toEqual({
      username: 'jane', uid: '7', groups: ['a, b', 'c', 'system:authenticated'], extra: { 'acme/topic': ['x'] },
    });
  });

  it.each<[who: string, identity: KeyPair | undefined, expected: unknown]>([
    ['nobody', undefined, anonymous],
    ['a client of the client authority', clientIdentity({ commonName: 'front' }), expect.objectContaining({ username: 'front', groups: ['system:authenticated'] })],
    ['another name of the proxies\' authority', signedBy(proxies, 'other'), 401],
    ['an authority that is not known', signedBy(createCertificateAuthority({ commonName: 'proxies' }), 'front'), 401],
    ['a certificate of the proxies\' authority itself without headers', signedBy(proxies, 'front'), 401],
  ])('%s is not believed', async (who, identity, expected) => {
    expect(userOf(await ask(identity, who.endsWith('without headers') ? {} : named))).toEqual(expected);
  });

  it('is none where a client only says that the proxies\' authority stands behind the one that has signed it', async () => {
    const client = clientIdentity({ commonName: 'front' });
    const forged = certifyAuthority({ certificate: proxies.certificate, key: createCertificateAuthority({ commonName: 'x' }).key }, testCA.certificate);
    const chain = [client.certificate, forged, proxies.certificate].join('\n');
    expect(userOf(await ask({ certificate: chain, key: client.key }))).not.toMatchObject({ username: 'jane' });
  });

  it('may be certified by an authority that the proxies\' authority has certified', async () => {
    const between = createCertificateAuthority({ commonName: 'between' });
    const proxy = signedBy(between, 'front');
    const chain = `${proxy.certificate}\n${certifyAuthority(proxies, between.certificate)}`;
    expect(userOf(await ask({ certificate: chain, key: proxy.key }))).toMatchObject({ username: 'jane' });
  });

  it('that is none has its headers taken away', () => {
    const strip = frontProxy({
      pool: () => { throw new Error('not asked'); },
      allowedNames: [], usernameHeaders: ['X-Remote-User'], uidHeaders: [], groupHeaders: ['X-Remote-Group'], extraHeadersPrefix: ['X-Remote-Extra-'],
    }).strip;
    const headers = { 'x-remote-user': 'a', 'x-remote-group': 'b', 'x-remote-extra-c': 'd', 'x-remote-other': 'e' };
    strip(headers);
    expect(headers).toEqual({ 'x-remote-user': undefined, 'x-remote-group': undefined, 'x-remote-extra-c': undefined, 'x-remote-other': 'e' });
  });
});

describe('the authorities of clients', () => {
  it('are read again when their file changes, also for connections that are open', async () => {
    const [first, second] = [createCertificateAuthority({ commonName: 'first' }), createCertificateAuthority({ commonName: 'second' })];
    const path = await file('clients.crt', first.certificate);
    const flags = { clientCaFile: path, requestheaderClientCaFile: undefined } as Parameters<typeof Authorities.open>[0];
    const authorities = await Authorities.open(flags, '');
    await using server = await TestServer.start({
      moreAuthenticators: [clientCertificate(() => authorities.clientPool())], clientCA: authorities.pem, allowAnonymous: false,
    });
    const [old, young] = [server.client({ identity: signedBy(first, 'old') }), server.client({ identity: signedBy(second, 'young') })];
    expect([userOf(await old.http2(WHO)), userOf(await young.http2(WHO))]).toEqual([expect.objectContaining({ username: 'old' }), 401]);
    const clock = new FakeClock();
    const stop = new AbortController();
    const errors: unknown[] = [];
    const changes: string[] = [];
    const onChange = (pem: string): void => {
      server.server.useClientCA(pem);
      changes.push(pem);
    };
    const following = authorities.follow({ onChange, onError: (error) => errors.push(error), clock, signal: stop.signal });
    const look = async (): Promise<void> => {
      while (!clock.waiting) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10_000);
      while (!clock.waiting) await new Promise((resolve) => setImmediate(resolve));
    };
    await writeFile(path, 'nonsense');
    await look();
    expect([errors.length, changes.length, userOf(await old.http2(WHO))]).toEqual([1, 0, expect.objectContaining({ username: 'old' })]);
    await writeFile(path, second.certificate);
    await look();
    expect(changes).toHaveLength(1);
    expect(userOf(await old.http2(WHO))).toBe(401);
    const fresh = server.client({ identity: signedBy(second, 'young') });
    expect(userOf(await fresh.http2(WHO))).toMatchObject({ username: 'young' });
    stop.abort();
    await following;
  });
});

describe('bootstrap tokens', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await authenticatingServer(['--enable-bootstrap-token-auth'], KEY, { namespaces: ['kube-system'] });
  });
  afterAll(() => server.stop());
  const good = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };
  const whoIs = async (token: string): Promise<unknown> => userOf(await server.client({ token }).http1(WHO));
  const store = async (stringData: object, type = 'bootstrap.kubernetes.io/token'): Promise<void> => {
    const path = '/api/v1/namespaces/kube-system/secrets';
    await server.request('DELETE', `${path}/bootstrap-token-abcdef`);
    expect((await server.request('POST', path, { metadata: { name: 'bootstrap-token-abcdef' }, type, stringData })).status).toBe(201);
  };

  it('name their groups', async () => {
    await store({ ...good, 'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token', expiration: '2999-01-01T00:00:00Z' });
    expect(await whoIs('abcdef.0123456789abcdef')).toEqual({
      username: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token', 'system:authenticated'],
    });
    expect(await whoIs('abcdef.0123456789abcdee')).toBe(401);
    expect(await whoIs('abcdex.0123456789abcdef')).toBe(401);
    expect(await whoIs('abcdef.0123456789abcdefg')).toBe(401);
  });

  it.each<[why: string, data: object, type?: string]>([
    ['has expired', { ...good, expiration: '2020-01-01T00:00:00Z' }],
    ['has no time for an expiration', { ...good, expiration: 'soon' }],
    ['is not for authentication', { ...good, 'usage-bootstrap-authentication': 'false' }],
    ['names another group', { ...good, 'auth-extra-groups': 'system:masters' }],
    ['has another id', { ...good, 'token-id': 'bbbbbb' }],
    ['is no bootstrap token', good, 'Opaque'],
  ])('one that %s is refused', async (_why, data, ...[type]) => {
    await store(data, type);
    expect(await whoIs('abcdef.0123456789abcdef')).toBe(401);
  });

  it('are off by default', async () => {
    await using closed = await authenticatingServer([], KEY, { namespaces: ['kube-system'] });
    const secret = { metadata: { name: 'bootstrap-token-abcdef' }, type: 'bootstrap.kubernetes.io/token', stringData: good };
    await closed.request('POST', '/api/v1/namespaces/kube-system/secrets', secret);
    expect((await closed.client({ token: 'abcdef.0123456789abcdef' }).http1(WHO)).status).toBe(401);
  });
});

describe('basic authentication', () => {
  it('takes the passwords of its file and no other', async () => {
    const path = await file('basic.csv', '# passwords\nsecret:with colon,jane,7,"dev,ops"\nother,bob,8\n');
    await using server = await authenticatingServer([`--basic-auth-file=${path}`], KEY);
    const login = async (text: string): Promise<unknown> => {
      return userOf(await server.client().http1({ ...WHO, headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } }));
    };
    expect(await login('jane:secret:with colon')).toEqual({ username: 'jane', uid: '7', groups: ['dev', 'ops', 'system:authenticated'] });
    for (const wrong of ['jane:secret', 'jane:', 'jane', 'nobody:secret', ':', 'bob:secret:with colon', '__proto__:x']) expect([wrong, await login(wrong)]).toEqual([wrong, 401]);
  });

  it('needs three fields a line', async () => {
    const path = await file('broken.csv', 'a,b\n');
    await expect(authenticatingServer([`--basic-auth-file=${path}`], KEY)).rejects.toThrow('broken.csv:1: a line needs at least');
  });
});

describe('anonymous clients', () => {
  it('are let in only where they may be', async () => {
    await using server = await TestServer.start({ anonymousPaths: new Set(['/healthz']) });
    const status = async (path: string): Promise<number> => (await server.client().http1({ method: 'GET', path })).status;
    expect([await status('/healthz'), await status('/livez'), await status('/healthz/ping'), await status('/api/v1/pods')]).toEqual([200, 401, 401, 401]);
    expect((await server.request('GET', '/api/v1/pods')).status).toBe(200);
  });
});

it('the log of failures writes so many lines a second, and says how many more there were', () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const fail = failureLog({ log: (message, error) => lines.push(`${message}: ${String(error)}`), maxLines: 2, clock });
  for (let i = 0; i < 1000; i += 1) fail(i);
  clock.advance(1000);
  fail('again');
  expect(lines).toEqual([
    'Unable to authenticate the request: 0',
    'Unable to authenticate the request: 1',
    'Unable to authenticate 998 more requests: undefined',
    'Unable to authenticate the request: again',
  ]);
});

describe('an Authorization header', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await authenticatingServer([`--token-auth-file=${await file('tokens', 'secret,jane,7\n')}`], KEY, { allowAnonymous: true });
  });
  afterAll(() => server.stop());

  const nobody = 'system:anonymous';
  it.each<[header: string, user: string | number]>([
    ['Bearer secret', 'jane'],
    ['bEaReR secret', 'jane'],
    ['Bearer secret and more', 'jane'],
    ['Bearer other', 401],
    ['Bearer secret,other', 401],
    ['Bearer', nobody],
    ['Bearersecret', nobody],
    ['Bearer\tsecret', nobody],
    ['Basic YTpi', nobody],
    ['Negotiate secret', nobody],
    ['secret', nobody],
    ['', nobody],
  ])('%j is of %s', async (Authorization, user) => {
    const who = userOf(await server.client().http1({ ...WHO, headers: { Authorization } }));
    expect(typeof who === 'object' ? who : { username: who }).toMatchObject({ username: user });
  });

  it('with a space too many is ignored, and a warning says so', async () => {
    const answer = await server.client().http1({ ...WHO, headers: { Authorization: 'Bearer  secret' } });
    expect(userOf(answer)).toMatchObject({ username: nobody });
    expect(answer.headers.warning).toBe('299 - "the provided Authorization header contains extra space before the bearer token, and is ignored"');
  });
});
