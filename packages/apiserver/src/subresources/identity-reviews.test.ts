import { bearerTokens, forApiAudiences } from '../authn/bearer-tokens';
import { tokenFile } from '../authn/token-file';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN_TOKEN, TestServer } from '../testing';

const TOKEN_REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const RULES_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';

describe('reviews of identity and rights', () => {
  const folder = mkdtempSync(join(tmpdir(), 'typekube-tokens-'));
  const tokens = join(folder, 'tokens.csv');
  let server: TestServer;
  beforeAll(async () => {
    writeFileSync(tokens, `jane-token,jane,u1,"dev,ops"\n${ADMIN_TOKEN},admin,u0,system:masters\n`);
    const tokenAuthenticator = forApiAudiences(['kubernetes'], tokenFile(tokens));
    server = await TestServer.start({ authenticators: [bearerTokens(() => [tokenAuthenticator], ['kubernetes'])] });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it.each([
    [
      { token: 'jane-token' },
      { authenticated: true, user: { username: 'jane', uid: 'u1', groups: ['dev', 'ops', 'system:authenticated'] } },
    ],
    [{ token: 'wrong' }, { user: {}, error: 'invalid bearer token' }],
    [
      { token: 'jane-token', audiences: ['vault'] },
      { user: {}, error: 'invalid bearer token' },
    ],
  ])('a TokenReview of %j', async (spec, status) => {
    const answer = await server.request('POST', TOKEN_REVIEWS, { spec });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ kind: 'TokenReview', spec, status });
  });

  it.each([{ spec: {} }, {}])('a TokenReview needs a token: %j', async (body) => {
    expect(await server.request('POST', TOKEN_REVIEWS, body)).toMatchObject({
      status: 400,
      body: { message: 'token is required for TokenReview in authentication' },
    });
  });

  it('a SelfSubjectRulesReview lists what the authorizer lists', async () => {
    const answer = await server.request('POST', RULES_REVIEWS, { spec: { namespace: 'default' } });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        status: {
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          incomplete: false,
        },
      },
    });
  });

  it.each([{ spec: {} }, {}])('a SelfSubjectRulesReview needs a namespace: %j', async (body) => {
    expect(await server.request('POST', RULES_REVIEWS, body)).toMatchObject({
      status: 400,
      body: { message: 'no namespace on request' },
    });
  });
});
