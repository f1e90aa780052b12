import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readVerificationKeys } from '@typekube/component-base';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JWTPayload, SignJWT } from 'jose';
import { type Answer, authenticatingServer, type TestServer } from '../../testing';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';

const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ownKey = signing.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const kid = readVerificationKeys(ownKey, 'test')[0]!.id;

interface TokenStatus {
  readonly token: string;
  readonly expirationTimestamp: string;
}

let server: TestServer;
beforeAll(async () => {
  server = await authenticatingServer([], ownKey);
  await server.request('POST', ACCOUNTS, { metadata: { name: 'builder' } });
  await server.request('POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
});
afterAll(() => server.stop());

const uidOf = ({ body }: Answer): string => body.metadata.uid ?? '';

async function accountUid(name = 'builder'): Promise<string> {
  return uidOf(await server.request('GET', `${ACCOUNTS}/${name}`));
}

function podNamed(name: string, spec: object = {}): object {
  return { metadata: { name }, spec: { serviceAccountName: 'builder', containers: [{ name: 'a', image: 'a' }], ...spec } };
}

async function createPod(name: string, spec: object = {}): Promise<Answer> {
  return server.request('POST', '/api/v1/namespaces/default/pods', podNamed(name, spec));
}

async function request(spec: object, name = 'builder'): Promise<Answer> {
  return server.request('POST', `${ACCOUNTS}/${name}/token`, { spec });
}

async function tokenOf(spec: object = {}, name = 'builder'): Promise<string> {
  const answer = await request(spec, name);
  expect(answer.status).toBe(201);
  return (answer.body.status as TokenStatus).token;
}

function whoIs(token: string): Promise<Answer> {
  return server.client({ token }).http1({ method: 'POST', path: WHO, body: {} });
}

describe('a TokenRequest', () => {
  it('gives a token that others can verify by the published keys', async () => {
    const before = Math.floor(Date.now() / 1000);
    const answer = await request({ expirationSeconds: 900 });
    const { token, expirationTimestamp } = answer.body.status as TokenStatus;
    const jwks = await server.request('GET', '/openid/v1/jwks');
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(JSON.parse(jwks.text)), { issuer: ISSUER, audience: ISSUER });
    expect(protectedHeader).toEqual({ alg: 'ES256', kid });
    expect(payload).toEqual({
      aud: [ISSUER],
      exp: payload.iat! + 900,
      iat: payload.nbf,
      nbf: expect.any(Number),
      iss: ISSUER,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sub: 'system:serviceaccount:default:builder',
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'builder', uid: await accountUid() } },
    });
    expect(payload.iat).toBeGreaterThanOrEqual(before);
    expect(Date.parse(expirationTimestamp)).toBe(payload.exp! * 1000);
    expect(answer.body).toMatchObject({
      kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: { name: 'builder', namespace: 'default' },
      spec: { audiences: [ISSUER], expirationSeconds: 900 },
    });
  });

  it('is for an hour and for the server if it does not say', async () => {
    const { exp = 0, iat = 0, aud } = decodeJwt(await tokenOf());
    expect([exp - iat, aud]).toEqual([3600, [ISSUER]]);
  });

  it('binds to a pod and tells its node', async () => {
    const node = uidOf(await server.request('GET', '/api/v1/nodes/n1'));
    const pod = uidOf(await createPod('bound', { nodeName: 'n1' }));
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'bound', uid: pod };
    const token = await tokenOf({ boundObjectRef });
    expect(decodeJwt(token)['kubernetes.io']).toMatchObject({ pod: { name: 'bound', uid: pod }, node: { name: 'n1', uid: node } });
    expect((await whoIs(token)).body.status).toEqual({
      userInfo: {
        username: 'system:serviceaccount:default:builder',
        uid: await accountUid(),
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        extra: {
          'authentication.kubernetes.io/credential-id': [`JTI=${decodeJwt(token).jti}`],
          'authentication.kubernetes.io/node-name': ['n1'],
          'authentication.kubernetes.io/node-uid': [node],
          'authentication.kubernetes.io/pod-name': ['bound'],
          'authentication.kubernetes.io/pod-uid': [pod],
        },
      },
    });
  });

  it('tells the name of a node that the API does not have', async () => {
    await createPod('lost', { nodeName: 'nowhere' });
    const token = await tokenOf({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'lost' } });
    expect(decodeJwt(token)['kubernetes.io']).toMatchObject({ node: { name: 'nowhere' } });
  });

  it('binds to a secret or a node', async () => {
    const secret = uidOf(await server.request('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 's' } }));
    const [ofSecret, ofNode] = [
      await tokenOf({ boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 's' } }),
      await tokenOf({ boundObjectRef: { apiVersion: 'v1', kind: 'Node', name: 'n1' } }),
    ];
    expect(decodeJwt(ofSecret)['kubernetes.io']).toMatchObject({ secret: { name: 's', uid: secret } });
    expect((await whoIs(ofNode)).body.status).toMatchObject({ userInfo: { extra: { 'authentication.kubernetes.io/node-name': ['n1'] } } });
    await server.request('DELETE', '/api/v1/namespaces/default/secrets/s');
    expect((await whoIs(ofSecret)).status).toBe(401);
  });

  it("outlives its time, with a warning, where it is a pod's own", async () => {
    await createPod('own');
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'own' };
    const { exp = 0, iat = 0, ...claims } = decodeJwt(await tokenOf({ expirationSeconds: 3607, boundObjectRef }));
    expect([exp - iat, claims['kubernetes.io']]).toEqual([31_536_000, expect.objectContaining({ warnafter: iat + 3607 })]);
    const other = decodeJwt(await tokenOf({ expirationSeconds: 3607, boundObjectRef, audiences: ['vault'] }));
    expect(other.exp! - other.iat!).toBe(3607);
  });

  it.each([
    [{ expirationSeconds: 599 }, 422, 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes'],
    [{ expirationSeconds: 2 ** 32 + 1 }, 422, 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds'],
    [{ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'none' } }, 404, 'pods "none" not found'],
    [{ boundObjectRef: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' } }, 400, 'cannot bind token to object of type /v1, Kind=ConfigMap'],
    [
      { boundObjectRef: { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'other' } },
      409,
      'Operation cannot be fulfilled on Node "n1": the UID in the bound object reference (other) does not match the UID in record. The object might have been deleted and then recreated',
    ],
  ])('%j is refused', async (spec, status, message) => {
    expect(await request(spec)).toMatchObject({ status, body: { message } });
  });

  it('is refused for a pod of another account, an account that is not there, another name, and another uid', async () => {
    await createPod('other', { serviceAccountName: 'other' });
    expect((await request({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'other' } })).body.message).toBe(
      'cannot bind token for serviceaccount "builder" to pod running with different serviceaccount name.',
    );
    expect((await request({}, 'none')).body.message).toBe('serviceaccounts "none" not found');
    const misnamed = await server.request('POST', `${ACCOUNTS}/builder/token`, { metadata: { name: 'x' }, spec: {} });
    expect(misnamed.body.message).toContain('metadata.name: Invalid value: "x": must match the service account name if specified');
    const former = await server.request('POST', `${ACCOUNTS}/builder/token`, { metadata: { uid: 'u0' }, spec: {} });
    expect([former.status, former.body.message]).toEqual([
      409,
      expect.stringMatching(/^Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "builder": the UID in the token request \(u0\) does not match the UID of the service account \([-0-9a-f]+\)$/),
    ]);
  });
});

describe('attacks', () => {
  const seconds = Math.floor(Date.now() / 1000);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const good = async (): Promise<JWTPayload> => decodeJwt(await tokenOf());
  const sign = (payload: JWTPayload, key: KeyObject = signing.privateKey, header: object = {}): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(key);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const publicPem = Buffer.from(signing.publicKey.export({ type: 'spki', format: 'pem' }).toString());

  it('there are none against which even a good token would fail', async () => {
    expect((await whoIs(await sign(await good()))).status).toBe(201);
  });

  const attacks: readonly (readonly [what: string, token: (claims: JWTPayload) => string | Promise<string>, reason: RegExp])[] = [
    ['expired', (claims) => sign({ ...claims, exp: seconds - 61 }), /has expired/],
    ['not yet valid', (claims) => sign({ ...claims, nbf: seconds + 90 }), /not valid yet/],
    ['issued in the future', (claims) => sign({ ...claims, iat: seconds + 90 }), /issued in the future/],
    ['without an end', ({ exp: _exp, ...claims }) => sign(claims), /could not be validated/],
    ['for another audience', (claims) => sign({ ...claims, aud: ['vault'] }), /token audiences \["vault"\] is invalid/],
    ['for no audience', ({ aud: _aud, ...claims }) => sign(claims), /could not be validated/],
    ['of another issuer', (claims) => sign({ ...claims, iss: 'https://evil' }), /invalid bearer token/],
    ['signed with another key', (claims) => sign(claims, other.privateKey), /invalid signature/],
    ['signed with another key, naming no key', (claims) => sign(claims, other.privateKey, { kid: undefined }), /invalid signature/],
    ['naming a key that is not there', (claims) => sign(claims, other.privateKey, { kid: 'mine' }), /invalid signature/],
    ['bringing its own key', (claims) => sign(claims, other.privateKey, { jwk: other.publicKey.export({ format: 'jwk' }), jku: 'https://evil' }), /invalid signature/],
    ['unsigned', (claims) => `${encode({ alg: 'none', kid })}.${encode(claims)}.`, /invalid bearer token/],
    ['unsigned with a signature', (claims) => `${encode({ alg: 'none', kid })}.${encode(claims)}.AA`, /invalid signature/],
    ['signed with HS256 and the public key', (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(publicPem), /invalid signature/],
    ['cut off', async (claims) => (await sign(claims)).slice(0, -10), /invalid signature|cannot be read/],
    ['cut off in the middle', async (claims) => (await sign(claims)).split('.').slice(0, 2).join('.'), /invalid bearer token/],
    ['with other claims', async (claims) => (await sign(claims)).replace(/\.[^.]+\./, `.${encode({ ...claims, sub: 'system:admin' })}.`), /invalid signature/],
    ['with an extension that must be understood', (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, crit: ['x'], x: 1 }).sign(signing.privateKey, { crit: { x: true } }), /cannot be read/],
    ['that is no object', () => `${encode({ alg: 'ES256' })}.${Buffer.from('[1]').toString('base64url')}.AA`, /invalid bearer token/],
    ['much too long', async (claims) => `${await sign(claims)}${'A'.repeat(70_000)}`, /too long/],
    ['of an account with another uid', async (claims) => sign({ ...claims, 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'builder', uid: 'x' } } }), /does not match the claim/],
    ['of an account that never was', async (claims) => sign({ ...claims, 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'no', uid: 'x' } } }), /there is no serviceaccount default\/no/],
  ];

  it.each(attacks)('a token %s is refused without a hint, and with a reason to who reviews it', async (what, make, reason) => {
    const token = await make(await good());
    server.errors.length = 0;
    for (const answer of [await whoIs(token), await whoIs(token)]) {
      expect([what, answer.status, answer.body.message]).toEqual([what, 401, 'Unauthorized']);
    }
    const { body } = await server.request('POST', REVIEWS, { spec: { token } });
    expect(body.status).toEqual({ user: {}, error: expect.stringMatching(reason) });
    expect(JSON.stringify(server.errors.map(({ message, error }) => [message, String(error)]))).not.toContain(token.slice(0, 40));
  });

  it('a thousand wrong logins at once are refused, told of in a few lines, and keep nobody else out', async () => {
    const claims = await good();
    const right = await sign(claims);
    const session = server.client();
    const kinds = [attacks[0]!, attacks[7]!, attacks[11]!];
    server.errors.length = 0;
    const wrong = await Promise.all(kinds.map(async ([, make]) => make(claims)));
    const logins = Array.from({ length: 1000 }, (_, i) => {
      // No two are alike, so that none is refused because another was.
      const token = i % 4 ? `${wrong[(i % 4) - 1]}${i}` : `guess-${i}`;
      return session.http2({ method: 'POST', path: WHO, body: {}, headers: { authorization: `Bearer ${token}` } });
    });
    expect((await whoIs(right)).status).toBe(201);
    expect(new Set((await Promise.all(logins)).map(({ status }) => status))).toEqual(new Set([401]));
    expect(server.errors.length).toBeLessThan(200);
  });

  it('the token of a deleted pod ends with it, also where it was good a moment ago', async () => {
    const { status } = await createPod('short');
    expect(status).toBe(201);
    const token = await tokenOf({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'short' } });
    expect((await whoIs(token)).status).toBe(201);
    await server.request('DELETE', '/api/v1/namespaces/default/pods/short?gracePeriodSeconds=0');
    expect((await whoIs(token)).status).toBe(401);
    await createPod('short');
    expect((await whoIs(token)).status).toBe(401);
  });

  it('the token of an account that was made anew is of nobody', async () => {
    await server.request('POST', ACCOUNTS, { metadata: { name: 'again' } });
    const token = await tokenOf({}, 'again');
    expect((await whoIs(token)).status).toBe(201);
    await server.request('DELETE', `${ACCOUNTS}/again`);
    expect((await whoIs(token)).status).toBe(401);
    await server.request('POST', ACCOUNTS, { metadata: { name: 'again' } });
    expect((await whoIs(token)).status).toBe(401);
    expect((await whoIs(await tokenOf({}, 'again'))).status).toBe(201);
  });
});

describe('a TokenReview', () => {
  it.each([
    [['vault'], ['vault', 'other'], { authenticated: true, audiences: ['vault'] }],
    [['vault'], undefined, { user: {}, error: expect.stringContaining('token audiences') }],
    [undefined, ['vault'], { user: {}, error: expect.stringContaining('token audiences') }],
    [undefined, undefined, { authenticated: true, audiences: [ISSUER] }],
  ])('of a token for %j asked for %j', async (made, asked, status) => {
    const token = await tokenOf({ ...(made && { audiences: made }) });
    const { body } = await server.request('POST', REVIEWS, { spec: { token, ...(asked && { audiences: asked }) } });
    expect(body.status).toMatchObject(status);
  });
});

describe('what others verify tokens by', () => {
  it('names the issuer and where its keys are', async () => {
    const answer = await server.request('GET', '/.well-known/openid-configuration');
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' });
    expect(JSON.parse(answer.text)).toEqual({
      issuer: ISSUER,
      jwks_uri: 'https://192.0.2.1:6443/openid/v1/jwks',
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
  });

  it('has the public keys and nothing private', async () => {
    const answer = await server.request('GET', '/openid/v1/jwks');
    expect(answer.headers['content-type']).toBe('application/jwk-set+json');
    const { keys } = JSON.parse(answer.text);
    expect(keys).toEqual([{ use: 'sig', kid, alg: 'ES256', kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) }]);
  });

  it.each(['/.well-known/openid-configuration', '/openid/v1/jwks'])('is at %s with a slash at the end too, as clients of the OpenAPI document ask', async (path) => {
    expect((await server.request('GET', `${path}/`)).text).toBe((await server.request('GET', path)).text);
  });
});

describe('keys', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });

  it.each([
    ['a PKCS #8 private key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }), rsa.publicKey, 'RS256'],
    ['a PKCS #1 private key', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }), rsa.publicKey, 'RS256'],
    ['a PKCS #1 public key', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }), rsa.publicKey, 'RS256'],
    ['a public key', rsa.publicKey.export({ type: 'spki', format: 'pem' }), rsa.publicKey, 'RS256'],
    ['a SEC 1 private key', p384.privateKey.export({ type: 'sec1', format: 'pem' }), p384.publicKey, 'ES384'],
    ['a public EC key', p384.publicKey.export({ type: 'spki', format: 'pem' }), p384.publicKey, 'ES384'],
  ])('are read from %s', (_what, pem, key, algorithm) => {
    const [read] = readVerificationKeys(`some text\n${pem.toString()}`, 'file');
    expect([read?.key.equals(key), read?.algorithm]).toEqual([true, algorithm]);
  });

  it.each([
    ['', 'file: data does not contain any valid RSA or ECDSA public keys'],
    ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /^file: not a key that can be read/],
    [generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(), /unknown public key type ed25519/],
    [generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(), /1024 bits/],
  ])('%j is refused', (pem, message) => {
    expect(() => readVerificationKeys(pem, 'file')).toThrow(message);
  });

  it('are told apart by their id, wherever they come from', () => {
    const [a, b] = [ownKey, createPublicKey(createPrivateKey(ownKey)).export({ type: 'spki', format: 'pem' }).toString()];
    expect(readVerificationKeys(a, 'a')[0]?.id).toBe(readVerificationKeys(b, 'b')[0]?.id);
  });
});

describe('tokens of secrets', () => {
  const legacy = async (name: string, claims: object = {}): Promise<string> =>
    new SignJWT({
      'kubernetes.io/serviceaccount/namespace': 'default',
      'kubernetes.io/serviceaccount/secret.name': name,
      'kubernetes.io/serviceaccount/service-account.name': 'builder',
      'kubernetes.io/serviceaccount/service-account.uid': await accountUid(),
      iss: 'kubernetes/serviceaccount',
      sub: 'system:serviceaccount:default:builder',
      ...claims,
    }).setProtectedHeader({ alg: 'ES256', kid }).sign(signing.privateKey);
  const store = async (name: string, token: string, labels: object = {}): Promise<void> => {
    const annotations = { 'kubernetes.io/service-account.name': 'builder' };
    const answer = await server.request('POST', '/api/v1/namespaces/default/secrets', {
      metadata: { name, annotations, labels }, type: 'kubernetes.io/service-account-token', stringData: { token },
    });
    expect(answer.status).toBe(201);
  };

  it('are good as long as their secret has them', async () => {
    const token = await legacy('kept');
    expect(decodeProtectedHeader(token).alg).toBe('ES256');
    expect((await whoIs(token)).status).toBe(401);
    await store('kept', token);
    expect((await whoIs(token)).body.status).toEqual({
      userInfo: {
        username: 'system:serviceaccount:default:builder',
        uid: await accountUid(),
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      },
    });
    await server.request('DELETE', '/api/v1/namespaces/default/secrets/kept');
    expect((await whoIs(token)).status).toBe(401);
  });

  it.each([
    ['differs from its secret', 'differs', {}, async () => 'another', {}],
    ['is marked invalid', 'marked', {}, () => legacy('marked'), { 'kubernetes.io/legacy-token-invalid-since': '2024-01-01' }],
    ['names another subject', 'subject', { sub: 'system:serviceaccount:default:admin' }, () => legacy('subject', { sub: 'system:serviceaccount:default:admin' }), {}],
  ])('one that %s is refused', async (_what, name, claims, kept, labels) => {
    await store(name, await kept(), labels);
    expect((await whoIs(await legacy(name, claims))).status).toBe(401);
  });
});

describe('flags', () => {
  it.each([
    [['--service-account-issuer='], /should not be an empty string/],
    [['--service-account-issuer=https://['], /contained a ':' but was not a valid URL/],
    [['--service-account-issuer=a,a'], /"a" is already specified/],
    [['--service-account-max-token-expiration=30m'], /must be between 1 hour and 2\^32 seconds/],
    [['--service-account-jwks-uri=http://a'], /requires https scheme/],
    [['--service-account-key-file=x'], /--service-account-signing-key-file must be given/],
  ])('%j are refused', async (flags, message) => {
    await expect(authenticatingServer(flags, ownKey)).rejects.toThrow(message);
  });

  it('bound the time of tokens, with a warning, and take several issuers and audiences', async () => {
    const flags = ['--service-account-issuer=https://new', '--service-account-issuer=https://old', '--api-audiences=api', '--service-account-max-token-expiration=2h'];
    await using bounded = await authenticatingServer(flags, ownKey);
    await bounded.request('POST', ACCOUNTS, { metadata: { name: 'a' } });
    const answer = await bounded.request('POST', `${ACCOUNTS}/a/token`, { spec: { expirationSeconds: 90_000 } });
    const { token } = answer.body.status as TokenStatus;
    expect(answer.headers['warning']).toBe('299 - "requested expiration of 90000 seconds shortened to 7200 seconds"');
    const claims = decodeJwt(token);
    expect([claims.iss, claims.aud, claims.exp! - claims.iat!]).toEqual(['https://new', ['api'], 7200]);
    const old = await new SignJWT({ ...claims, iss: 'https://old' }).setProtectedHeader({ alg: 'ES256' }).sign(signing.privateKey);
    for (const each of [token, old]) {
      expect((await bounded.client({ token: each }).http2({ method: 'POST', path: WHO, body: {} })).status).toBe(201);
    }
  });
});
