import { alwaysAllow, type Authorizer, type AuthorizationAttributes } from '../authz/authorizer';
import { type Answer, TestServer } from '../testing';

const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** `impersonate` of what is listed as `RESOURCE[/SUBRESOURCE] [NAMESPACE/]NAME`, and all else. */
const asked: string[] = [];
let allowed: ReadonlySet<string> = new Set();
const authorizer: Authorizer = {
  authorize(attributes) {
    if (attributes.verb !== 'impersonate') return alwaysAllow.authorize(attributes);
    const text = textOf(attributes);
    asked.push(`${attributes.user.name}: ${text}`);
    const decision = { decision: allowed.has(text) ? 'Allow' : 'NoOpinion', reason: '' } as const;
    return text.includes('later') ? Promise.resolve(decision) : decision;
  },
};

function textOf({ apiGroup, resource, subresource, namespace, name }: AuthorizationAttributes): string {
  return `${apiGroup}/${resource}${subresource && `/${subresource}`} ${namespace && `${namespace}/`}${name}`;
}

describe('impersonation', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ authorizer, tokens: { t: { name: 'jane', groups: ['dev'] } } });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    asked.length = 0;
  });

  const as = (headers: Record<string, string | string[]>): Promise<Answer> =>
    server.client({ token: 't' }).http1({ method: 'POST', path: WHO, body: {}, headers: headers as Record<string, string> });

  it.each<[what: string, headers: Record<string, string | string[]>, rights: string[], userInfo: object]>([
    ['a user', { 'Impersonate-User': 'bob' }, ['/users bob'], { username: 'bob', groups: ['system:authenticated'] }],
    [
      'a user with groups, one with a comma',
      { 'Impersonate-User': 'bob', 'Impersonate-Group': ['a, b', 'c'] },
      ['/users bob', '/groups a, b', '/groups c'],
      { username: 'bob', groups: ['a, b', 'c', 'system:authenticated'] },
    ],
    [
      'a service account with its groups',
      { 'Impersonate-User': 'system:serviceaccount:ns:sa' },
      ['/serviceaccounts ns/sa'],
      { username: 'system:serviceaccount:ns:sa', groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'] },
    ],
    [
      'nobody',
      { 'Impersonate-User': 'system:anonymous' },
      ['/users system:anonymous'],
      { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    ],
    [
      'one of those who are not known',
      { 'Impersonate-User': 'x', 'Impersonate-Group': 'system:unauthenticated' },
      ['/users x', '/groups system:unauthenticated'],
      { username: 'x', groups: ['system:unauthenticated'] },
    ],
    [
      'uid and extra, where the authorizer takes its time',
      { 'Impersonate-User': 'later', 'Impersonate-Uid': 'later-1', 'Impersonate-Extra-Acme.com%2fscopes': ['view', 'later'] },
      ['/users later', 'authentication.k8s.io/uids later-1', 'authentication.k8s.io/userextras/acme.com/scopes view', 'authentication.k8s.io/userextras/acme.com/scopes later'],
      { username: 'later', uid: 'later-1', groups: ['system:authenticated'], extra: { 'acme.com/scopes': ['view', 'later'] } },
    ],
  ])('of %s needs a right for each part', async (_what, headers, rights, userInfo) => {
    allowed = new Set(rights);
    expect((await as(headers)).body.status).toEqual({ userInfo });
    expect(asked.sort()).toEqual(rights.map((right) => `jane: ${right}`).sort());
    for (const missing of rights) {
      allowed = new Set(rights.filter((right) => right !== missing));
      expect((await as(headers)).status).toBe(403);
    }
  });

  it('that is refused says what is missing, of whom', async () => {
    allowed = new Set();
    expect((await as({ 'Impersonate-User': 'bob' })).body.message).toBe(
      'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    expect((await as({ 'Impersonate-User': 'system:serviceaccount:ns:sa' })).body.message).toBe(
      'serviceaccounts "sa" is forbidden: User "jane" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "ns"',
    );
  });

  it.each([[{ 'Impersonate-Group': 'system:masters' }], [{ 'Impersonate-Uid': '1' }], [{ 'Impersonate-Extra-a': 'b' }]])('of %j without a user is an error', async (headers) => {
    allowed = new Set();
    expect(await as(headers)).toMatchObject({ status: 500, body: { message: expect.stringMatching(/without impersonating a user$/) } });
  });

  it('is not for those who are refused', async () => {
    const answer = await server.client({ token: 'wrong' }).http1({ method: 'POST', path: WHO, body: {}, headers: { 'Impersonate-User': 'bob' } });
    expect([answer.status, asked]).toEqual([401, []]);
  });

  it('works over HTTP/2 and by kubectl\'s headers', async () => {
    allowed = new Set(['/users bob', '/groups g']);
    const headers = { 'impersonate-user': 'bob', 'impersonate-group': 'g' };
    const answer = await server.client({ token: 't' }).http2({ method: 'POST', path: WHO, body: {}, headers });
    expect(answer.body.status).toEqual({ userInfo: { username: 'bob', groups: ['g', 'system:authenticated'] } });
  });
});
