import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServingCertificate, generateSigningKey } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { authenticatingServer, testCA, type TestServer } from '../../testing';
import type { UserInfo } from '../../chain/request-context';
import { parseAuthenticationConfig } from './config-file';
import { userOf } from './tokens';
import { forApiAudiences } from '../bearer-tokens';
import { OidcIssuers } from './issuers';
import { SIGNING_ALGORITHMS } from './from-flags';
import { type OidcIssuer, OidcProvider } from './provider';
import { oidcTokens } from './tokens';

const WHO = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} };

/** An issuer of OpenID Connect, with keys that a test may change. */
class Issuer {
  keys = [newKey('one')];
  private readonly server: Server;
  asked = 0;
  isDown = false;

  constructor() {
    const { certificate: cert, key } = createServingCertificate(testCA, { commonName: 'issuer', hosts: ['127.0.0.1'] });
    this.server = createServer({ cert, key }, (request, response) => void this.answer(request.url ?? '').then((body) => {
      response.statusCode = this.isDown ? 503 : 200;
      response.end(JSON.stringify(body));
    }));
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  sign(claims: JWTPayload, { kid, key } = { kid: 'one', key: this.keys[0]!.privateKey }): Promise<string> {
    const payload = { iss: this.url, aud: 'kube', sub: 'jane', exp: Math.floor(Date.now() / 1000) + 600, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(path: string): Promise<object> {
    if (path !== '/keys') return { issuer: this.url, jwks_uri: `${this.url}/keys` };
    this.asked += 1;
    return { keys: await Promise.all(this.keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }))) };
  }
}

function newKey(kid: string): { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

describe('OpenID Connect', () => {
  let folder: string;
  let issuer: Issuer;
  let server: TestServer;
  const whoIs = async (token: string, of: TestServer = server): Promise<unknown> => {
    const { status, body } = await of.client({ token }).http1(WHO);
    return status === 201 ? (body.status as { userInfo: unknown }).userInfo : status;
  };
  /** Discovery works in the background. */
  const whenKnown = async (token: string, of: TestServer): Promise<unknown> => {
    let user = await whoIs(token, of);
    while (user === 401) user = await whoIs(token, of);
    return user;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'typekube-oidc-'));
    await writeFile(join(folder, 'ca.crt'), testCA.certificate);
    issuer = await new Issuer().start();
    server = await authenticatingServer(
      [
        `--oidc-issuer-url=${issuer.url}`, '--oidc-client-id=kube', `--oidc-ca-file=${join(folder, 'ca.crt')}`,
        '--oidc-groups-claim=groups', '--oidc-groups-prefix=oidc:', '--oidc-required-claim=hd=acme',
      ],
      generateSigningKey(),
    );
    await whenKnown(await issuer.sign({ hd: 'acme' }), server);
  });
  afterAll(async () => {
    await server.stop();
    issuer.stop();
    await rm(folder, { recursive: true });
  });

  it('names users and groups, with prefixes', async () => {
    const token = await issuer.sign({ hd: 'acme', groups: ['dev', 'ops'], jti: 'x' });
    expect(await whoIs(token)).toEqual({
      username: `${issuer.url}#jane`,
      groups: ['oidc:dev', 'oidc:ops', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': ['JTI=x'] },
    });
    expect(await whoIs(await issuer.sign({ hd: 'acme', groups: 'one' }))).toMatchObject({ groups: ['oidc:one', 'system:authenticated'] });
  });

  it.each<[what: string, claims: JWTPayload]>([
    ['for another client', { hd: 'acme', aud: 'other' }],
    ['that has expired', { hd: 'acme', exp: 1 }],
    ['without a required claim', {}],
    ['with another value of it', { hd: 'evil' }],
    ['with groups that are none', { hd: 'acme', groups: [1] }],
    ['without a name', { hd: 'acme', sub: '' }],
  ])('refuses a token %s', async (_what, claims) => {
    expect(await whoIs(await issuer.sign(claims))).toBe(401);
  });

  it('refuses other keys and algorithms, without asking for keys each time', async () => {
    const [asked, began] = [issuer.asked, Date.now()];
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(await whoIs(await issuer.sign({ hd: 'acme' }, { kid: 'one', key: other }))).toBe(401);
    for (let i = 0; i < 20; i += 1) expect(await whoIs(await issuer.sign({ hd: 'acme' }, { kid: `k${i}`, key: other }))).toBe(401);
    // Once, and again after each second.
    expect(issuer.asked - asked).toBeLessThanOrEqual(1 + (Date.now() - began) / 1000);
    const hs256 = await new SignJWT({ iss: issuer.url, aud: 'kube', sub: 'a', hd: 'acme', exp: 2 ** 32 }).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(Buffer.alloc(32));
    expect(await whoIs(hs256)).toBe(401);
  });

  it('looks for an issuer that is not there again and again, and says so', async () => {
    const [clock, stop, errors] = [new FakeClock(), new AbortController(), new Array<unknown>()];
    const late = await new Issuer().start();
    late.isDown = true;
    const described = {
      url: late.url, discoveryUrl: undefined, certificateAuthority: testCA.certificate, audiences: ['kube'],
      username: { claim: 'sub', prefix: '' }, groups: undefined, uidClaim: undefined, requiredClaims: [], signingAlgorithms: ['RS256'],
    };
    const provider = new OidcProvider(described, { clock, onError: (error) => errors.push(error) });
    const tokens = oidcTokens(described, provider);
    const running = provider.run(stop.signal);
    while (!clock.waiting) await new Promise((resolve) => setImmediate(resolve));
    expect(String(errors[0])).toContain('/.well-known/openid-configuration answered 503');
    await expect(tokens(await late.sign({}))).rejects.toThrow('is not initialized');
    late.isDown = false;
    clock.advance(10_000);
    await provider.ready;
    stop.abort();
    await running;
    expect(await tokens(await late.sign({}))).toMatchObject({ name: 'jane' });
    late.stop();
  });

  it('takes several issuers from a configuration file, each with its mapping, and says who may be anonymous', async () => {
    const second = await new Issuer().start();
    try {
      const config = {
        apiVersion: 'apiserver.config.k8s.io/v1beta1',
        kind: 'AuthenticationConfiguration',
        jwt: [issuer, second].map(({ url }, i) => ({
          issuer: { url, audiences: ['other', 'kube'], audienceMatchPolicy: 'MatchAny', certificateAuthority: testCA.certificate },
          claimMappings: { username: { claim: 'email', prefix: `${i}:` }, groups: { claim: 'roles', prefix: '' }, uid: { claim: 'sub' } },
        })),
        anonymous: { enabled: true, conditions: [{ path: '/livez' }] },
      };
      await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
      await using configured = await authenticatingServer([`--authentication-config=${join(folder, 'config.yaml')}`], generateSigningKey());
      const ofFirst = await issuer.sign({ email: 'a@b', roles: ['r'] });
      const ofSecond = await second.sign({ email: 'a@b', email_verified: true });
      expect(await whenKnown(ofFirst, configured)).toEqual({ username: '0:a@b', uid: 'jane', groups: ['r', 'system:authenticated'] });
      expect(await whenKnown(ofSecond, configured)).toEqual({ username: '1:a@b', uid: 'jane', groups: ['system:authenticated'] });
      expect(await whoIs(await second.sign({ email: 'a@b', email_verified: false }), configured)).toBe(401);
      const status = async (path: string): Promise<number> => (await configured.client().http1({ method: 'GET', path })).status;
      expect([await status('/livez'), await status('/api')]).toEqual([404, 401]);
    } finally {
      second.stop();
    }
  });
});

describe('a provider', () => {
  const settings = ({ url }: Issuer): OidcIssuer => ({
    url, discoveryUrl: undefined, certificateAuthority: testCA.certificate, audiences: ['kube'], username: { claim: 'sub', prefix: '' },
    groups: { claim: 'groups', prefix: '' }, uidClaim: undefined, requiredClaims: [], signingAlgorithms: SIGNING_ALGORITHMS,
  });
  let issuer: Issuer;
  let clock: FakeClock;
  let find: ReturnType<typeof oidcTokens>;
  let running: Promise<void>;
  const stopping = new AbortController();
  const errors: unknown[] = [];
  const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;
  const nameOf = async (claims: JWTPayload, by?: Parameters<Issuer['sign']>[1]): Promise<string | undefined> => (await find(await issuer.sign(claims, by)))?.name;

  beforeAll(async () => {
    issuer = await new Issuer().start();
    clock = new FakeClock();
    const provider = new OidcProvider(settings(issuer), { clock, onError: (error) => errors.push(error) });
    find = oidcTokens(settings(issuer), provider);
    running = provider.run(stopping.signal);
    await provider.ready;
  });
  afterAll(async () => {
    stopping.abort();
    await running;
    issuer.stop();
  });

  it('takes tokens of an issuer whose clock is ahead, but none that have ended', async () => {
    expect(await nameOf({ nbf: seconds(240) })).toBe('jane');
    await expect(nameOf({ nbf: seconds(360) })).rejects.toThrow('"nbf" claim timestamp check failed');
    await expect(nameOf({ exp: seconds(-1) })).rejects.toThrow('token is expired');
  });

  it('does not take a public key for a shared secret, nor a token without a signature', async () => {
    const claims = { iss: issuer.url, aud: 'kube', sub: 'root', exp: seconds(600) };
    const pem = issuer.keys[0]!.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const confused = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(Buffer.from(pem));
    await expect(find(confused)).rejects.toThrow('"alg" (Algorithm) Header Parameter value not allowed');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    await expect(find(unsigned)).rejects.toThrow('oidc: verify token');
  });

  it('says that groups which are to be fetched are not, where upstream would fetch them', async () => {
    const elsewhere = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://example.com', access_token: 'x' } } };
    await expect(nameOf(elsewhere)).rejects.toThrow('oidc: could not expand distributed claims: "groups" is to be fetched');
    expect(await nameOf({ ...elsewhere, groups: ['here'] })).toBe('jane');
    expect(await nameOf({ ...elsewhere, _claim_sources: { src1: { JWT: 'x.y.z' } } })).toBe('jane');
  });

  it('goes on with the keys that it has when the issuer is gone, and takes new ones when it is back', async () => {
    issuer.isDown = true;
    const before = errors.length;
    while (errors.length === before) {
      clock.advance(10 * 60_000);
      await new Promise(setImmediate);
    }
    expect(String(errors.at(-1))).toContain('fetching the keys of');
    expect(await nameOf({ sub: 'ann' })).toBe('ann');
    issuer.isDown = false;
    const two = newKey('two');
    const [first] = issuer.keys;
    issuer.keys = [two];
    const by = { kid: 'two', key: two.privateKey };
    let name: string | undefined;
    while (name === undefined) name = await nameOf({ sub: 'bob' }, by).catch(() => undefined);
    expect(name).toBe('bob');
    await expect(nameOf({ sub: 'eve' }, { kid: 'one', key: first!.privateKey })).rejects.toThrow('no applicable key found');
  });
});

describe('issuers of a file that changes', () => {
  it('stay until the new ones can be used', async () => {
    const [first, second] = [await new Issuer().start(), await new Issuer().start()];
    second.isDown = true;
    const [clock, stopping, told] = [new FakeClock(), new AbortController(), new Array<string>()];
    const settingsOf = ({ url }: Issuer): OidcIssuer => ({
      url, discoveryUrl: undefined, certificateAuthority: testCA.certificate, audiences: ['kube'], username: { claim: 'sub', prefix: '' },
      groups: undefined, uidClaim: undefined, requiredClaims: [], signingAlgorithms: ['RS256'],
    });
    let next: OidcIssuer[] | undefined = [settingsOf(first), settingsOf(second)];
    const statuses: string[] = [];
    const issuers = new OidcIssuers([settingsOf(first)], {
      clock,
      log: { info: (message) => void told.push(message), error: (message, error) => void told.push(`${message}: ${String(error)}`) },
      wrap: (find) => forApiAudiences([], find),
      reload: () => Promise.resolve(next).finally(() => (next = undefined)),
      onReload: (status) => void statuses.push(status),
    });
    const running = issuers.run(stopping.signal);
    const nameOf = async (token: string): Promise<string | undefined> => {
      for (const authenticator of issuers.authenticators) {
        const owner = await Promise.resolve(authenticator.authenticateToken(token, [])).catch(() => undefined);
        if (owner) return owner.user.name;
      }
      return undefined;
    };
    const passUntil = async (text: string): Promise<void> => {
      while (!told.some((line) => line.includes(text))) {
        clock.advance(10_000);
        // Whoever logs in meanwhile is known.
        if (told.length) expect(await nameOf(ofFirst)).toBe('jane');
        await new Promise(setImmediate);
      }
    };
    const ofFirst = await first.sign({});
    try {
      while ((await nameOf(ofFirst)) === undefined) await new Promise(setImmediate);
      await passUntil('the earlier one stays: Error: an issuer has not been reached in 60000 ms');
      second.isDown = false;
      await passUntil('Reloaded the authentication configuration');
      const ofSecond = await second.sign({ sub: 'bob' });
      expect([await nameOf(ofFirst), await nameOf(ofSecond)]).toEqual(['jane', 'bob']);
      expect([statuses[0], statuses.at(-1)]).toEqual(['failure', 'success']);
    } finally {
      stopping.abort();
      await running;
      first.stop();
      second.stop();
    }
  });

  it('take the place of those before, and a file that cannot be used changes nothing', async () => {
    const [first, second] = [await new Issuer().start(), await new Issuer().start()];
    const clock = new FakeClock();
    const stopping = new AbortController();
    const told: string[] = [];
    const settingsOf = ({ url }: Issuer): OidcIssuer => ({
      url, discoveryUrl: undefined, certificateAuthority: testCA.certificate, audiences: ['kube'], username: { claim: 'sub', prefix: '' },
      groups: undefined, uidClaim: undefined, requiredClaims: [], signingAlgorithms: ['RS256'],
    });
    const states: (() => Promise<OidcIssuer[] | undefined>)[] = [
      () => Promise.resolve(undefined),
      () => Promise.reject(new Error('broken')),
      () => Promise.resolve([settingsOf(second)]),
    ];
    const issuers = new OidcIssuers([settingsOf(first)], {
      clock,
      log: { info: (message) => void told.push(message), error: (message) => void told.push(message) },
      wrap: (find) => forApiAudiences([], find),
      reload: () => states.shift()?.() ?? Promise.resolve(undefined),
    });
    const running = issuers.run(stopping.signal);
    const ownerOf = async (token: string): Promise<string> => {
      const [authenticator] = issuers.authenticators;
      return (await authenticator?.authenticateToken(token, []))?.user.name ?? 'nobody';
    };
    const nextMinute = async (): Promise<void> => {
      const left = states.length;
      while (states.length === left) {
        clock.advance(60_000);
        await new Promise(setImmediate);
      }
    };
    const known = async (token: string): Promise<string> => {
      for (;;) {
        const name = await ownerOf(token).catch(() => undefined);
        if (name !== undefined) return name;
        await new Promise(setImmediate);
      }
    };
    try {
      const [ofFirst, ofSecond] = [await first.sign({}), await second.sign({ sub: 'bob' })];
      expect([await known(ofFirst), await ownerOf(ofSecond)]).toEqual(['jane', 'nobody']);
      await nextMinute();
      await nextMinute();
      expect([await ownerOf(ofFirst), await ownerOf(ofSecond)]).toEqual(['jane', 'nobody']);
      await nextMinute();
      while (told.length < 2) await new Promise(setImmediate);
      expect([await ownerOf(ofFirst), await known(ofSecond)]).toEqual(['nobody', 'bob']);
      expect(told).toEqual([
        'the new authentication configuration cannot be used; the earlier one stays',
        'Reloaded the authentication configuration',
      ]);
    } finally {
      stopping.abort();
      await running;
      first.stop();
      second.stop();
    }
  });
});

describe('flags', () => {
  const url = '--oidc-issuer-url=https://a';
  const id = '--oidc-client-id=a';
  it.each([
    [[url], /must be specified together/],
    [['--oidc-groups-claim=g'], /must be specified together/],
    [['--oidc-issuer-url=http://a', id], /URL scheme must be https/],
    [[url, id, '--oidc-signing-algs=HS256'], /unsupported signing alg "HS256"/],
    [[url, id, '--authentication-config=x'], /mutually exclusive/],
    [['--authentication-token-webhook-version=v2'], /must be v1 or v1beta1/],
  ])('%j are refused', async (flags, message) => {
    await expect(authenticatingServer(flags, generateSigningKey())).rejects.toThrow(message);
  });
});

describe('a configuration', () => {
  const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';
  const issuer = { url: 'https://a', audiences: ['a'] };
  const claimMappings = { username: { claim: 'sub', prefix: '' } };
  const jwt = (change: object): string => `${head}jwt: ${JSON.stringify([{ issuer, claimMappings, ...change }])}\n`;

  it.each<[text: string, message: string]>([
    [jwt({ issuer: { ...issuer, url: 'http://a' } }), 'jwt[0].issuer.url: Invalid value: "http://a": URL scheme must be https'],
    [jwt({ issuer: { ...issuer, url: 'https://own' } }), 'jwt[0].issuer.url: Invalid value: "https://own": URL must not overlap with disallowed issuers: [https://own]'],
    [jwt({ issuer: { url: 'https://a' } }), 'jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required'],
    [jwt({ issuer: { ...issuer, audiences: ['a', 'b'] } }), 'jwt[0].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences'],
    [jwt({ issuer: { ...issuer, discoveryURL: 'https://a/' } }), 'jwt[0].issuer.discoveryURL: Invalid value: "https://a/": discoveryURL must be different from URL'],
    [jwt({ claimMappings: {} }), 'jwt[0].claimMappings.username: Required value: claim or expression is required'],
    [jwt({ claimMappings: { username: { claim: 'sub' } } }), 'jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing'],
    [jwt({ claimMappings: { username: { expression: 'sub' } } }), "jwt[0].claimMappings.username.expression: Invalid value: \"sub\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'sub'"],
    [jwt({ claimMappings: { username: { claim: 'a', expression: 'claims.a' } } }), "jwt[0].claimMappings.username: Invalid value: \"a\": claim and expression can't both be set"],
    [jwt({ claimMappings: { username: { expression: 'claims.email' } } }), 'claims.email_verified must be used in claimMappings.username.expression'],
    [jwt({ claimMappings: { ...claimMappings, extra: [{ key: 'a', valueExpression: 'claims.b' }] } }), 'jwt[0].claimMappings.extra[0].key: Invalid value: "a": must be a domain-prefixed path'],
    [jwt({ claimMappings: { ...claimMappings, extra: [{ key: 'a.k8s.io/x', valueExpression: 'claims.b' }] } }), 'are reserved for Kubernetes use'],
    [jwt({ claimMappings: { ...claimMappings, uid: { expression: 'user.uid' } } }), "undeclared reference to 'user'"],
    [jwt({ claimValidationRules: [{ expression: 'claims.a' }] }), 'jwt[0].claimValidationRules[0].expression: Invalid value: "claims.a": must evaluate to bool'],
    [jwt({ claimValidationRules: [{ expression: 'true' }, { expression: 'true' }] }), 'jwt[0].claimValidationRules[1].expression: Duplicate value: "true"'],
    [jwt({ userValidationRules: [{ expression: 'user.x == 1' }] }), "undefined field 'x'"],
    [jwt({ userValidationRules: [{}] }), 'jwt[0].userValidationRules[0].expression: Required value: expression is required'],
    [`${head}jwt: ${JSON.stringify([{ issuer, claimMappings }, { issuer, claimMappings }])}\n`, 'jwt[1].issuer.url: Duplicate value: "https://a"'],
    [
      `${head}jwt: ${JSON.stringify(['https://a', 'https://b'].map((url) => ({ issuer: { ...issuer, url, discoveryURL: 'https://c' }, claimMappings })))}\n`,
      'jwt[1].issuer.discoveryURL: Duplicate value: "https://c"',
    ],
    [`${head}jwt: ${JSON.stringify(Array.from({ length: 65 }, () => ({})))}\n`, 'jwt: Too many: 65: must have at most 64 items'],
    [jwt({ issuer: { ...issuer, certificateAuthority: 'nonsense' } }), 'jwt[0].issuer.certificateAuthority: Invalid value: "<omitted>": not an authority: data does not contain'],
    [jwt({ issuer: { ...issuer, audiences: [''] } }), 'jwt[0].issuer.audiences[0]: Required value'],
    [
      jwt({ claimValidationRules: [{ claim: 'hd', requiredValue: 'a', message: 'no' }] }),
      'jwt[0].claimValidationRules[0].message: Invalid value: "no": may not be specified when claim is set',
    ],
    [jwt({ nonsense: 1 }), 'strict decoding error: unknown field "jwt[0].nonsense"'],
    [`${head}anonymous: {enabled: false, conditions: [{path: /a}]}\n`, 'anonymous.conditions: Invalid value: [{"path":"/a"}]: enabled should be set to true when conditions are defined'],
  ])('%s is refused', async (text, message) => {
    await expect(parseAuthenticationConfig(text, ['https://own'])).rejects.toThrow(message);
  });

  it.each(['v1', 'v1beta1', 'v1alpha1'])('of %s is read', async (version) => {
    const rules = [{ claim: 'hd', requiredValue: 'acme' }];
    const text = jwt({ claimValidationRules: rules }).replace('k8s.io/v1', `k8s.io/${version}`);
    expect((await parseAuthenticationConfig(text, [])).issuers).toMatchObject([
      { url: 'https://a', audiences: ['a'], username: { claim: 'sub', prefix: '' }, groups: undefined, requiredClaims: [{ claim: 'hd', value: 'acme' }] },
    ]);
  });
});

describe('expressions of a configuration', () => {
  const claims = { iss: 'https://a', sub: 'jane', groups: ['a', ''], team: 'red', level: 3, email: 'j@a', email_verified: true };
  const rules = {
    claimMappings: {
      username: { expression: "claims.email_verified ? 'oidc:' + claims.email : ''" },
      groups: { expression: "claims.groups.map(g, g == '' ? g : 'x:' + g)" },
      uid: { expression: 'claims.sub' },
      extra: [{ key: 'example.com/team', valueExpression: 'claims.?team.orValue("none")' }, { key: 'example.com/none', valueExpression: '""' }],
    },
    claimValidationRules: [{ expression: 'claims.level >= 2', message: 'level too low' }],
    userValidationRules: [{ expression: "!user.username.startsWith('system:') && user.groups.exists(g, g == 'x:a')", message: 'no such user' }],
  };

  const user = async (change: object): Promise<UserInfo> => {
    const text = `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt: ${JSON.stringify([{ issuer: { url: 'https://a', audiences: ['a'] }, ...rules }])}\n`;
    const [issuer] = (await parseAuthenticationConfig(text, [])).issuers;
    if (!issuer) throw new Error('no issuer');
    return userOf(issuer, { ...claims, ...change });
  };

  it('make the user', async () => {
    expect(await user({})).toEqual({ name: 'oidc:j@a', uid: 'jane', groups: ['x:a'], extra: { 'example.com/team': ['red'] } });
  });

  it.each<[object, string]>([
    [{ level: 1 }, "oidc: error evaluating claim validation expression: validation expression 'claims.level >= 2' failed: level too low"],
    [{ level: undefined }, 'oidc: error evaluating claim validation expression: no such key: level'],
    [{ email_verified: false }, 'oidc: username claim value is empty'],
    [{ sub: 7 }, 'oidc: error evaluating uid claim expression: expression must return a string'],
    [{ groups: ['b'] }, 'failed: no such user'],
  ])('refuse claims with %j', async (change, message) => {
    await expect(user(change)).rejects.toThrow(message);
  });
});
