import { alwaysAllow, type Authorizer, type AuthorizationAttributes } from '../authz/authorizer';
import { type Answer, TestServer } from '../testing';

const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** `impersonate` of what is listed as `RESOURCE[/SUBRESOURCE] [NAMESPACE/]NAME`, and all else. */
const asked: string[] = [];
let allowed: ReadonlySet<string> = new Set();
const authorizer: Authorizer = {
  authorize(attributes) {
    if (!attributes.verb.startsWith('impersonate')) return alwaysAllow.authorize(attributes);
    const isOld = attributes.verb === 'impersonate';
    const text = isOld ? textOf(attributes) : `${attributes.verb} ${attributes.isResourceRequest ? textOf(attributes) : attributes.path}`;
    if (!isOld) return { decision: allowed.has(text) ? 'Allow' : 'NoOpinion', reason: '' };
    asked.push(`${attributes.user.name}: ${text}`);
    const decision = { decision: allowed.has(text) ? 'Allow' : 'NoOpinion', reason: '' } as const;
    return text.includes('later') ? Promise.resolve(decision) : decision;
  },
};

function textOf({ apiGroup, resource, subresource, namespace, name }: AuthorizationAttributes): string {
  return `${apiGroup}/${resource}${subresource && `/${subresource}`} ${namespace && `${namespace}/`}${name}`;
}

/** A service account whose pod is on a node. */
const AGENT = { name: 'system:serviceaccount:ns:agent', groups: [], extra: { 'authentication.kubernetes.io/node-name': ['n1'] } };

describe('impersonation', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ authorizer, tokens: { t: { name: 'jane', groups: ['dev'] }, j: { name: 'joe', groups: [] }, a: AGENT } });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    asked.length = 0;
  });

  const asOther = (headers: Record<string, string | string[]>, token = 'j'): Promise<Answer> =>
    server.client({ token }).http1({ method: 'POST', path: WHO, body: {}, headers: headers as Record<string, string> });
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
    const tells = async (user: string): Promise<string | undefined> => (await asOther({ 'Impersonate-User': user })).body.message;
    const [create, whom] = ['cannot impersonate-on:user-info:create resource "selfsubjectreviews"', 'in API group "authentication.k8s.io" at the cluster scope'];
    expect(await tells('bob')).toBe(`selfsubjectreviews.authentication.k8s.io is forbidden: User "joe" ${create} ${whom}`);
    allowed = new Set(['impersonate-on:user-info:create authentication.k8s.io/selfsubjectreviews ']);
    expect(await tells('bob')).toBe(`users.authentication.k8s.io "bob" is forbidden: User "joe" cannot impersonate:user-info resource "users" ${whom}`);
  });

  it.each<[what: string, token: string, headers: Record<string, string | string[]>, rights: string[], userInfo: object]>([
    [
      'a user, with all that is said of it',
      'j',
      { 'Impersonate-User': 'bob', 'Impersonate-Group': 'g', 'Impersonate-Uid': '1', 'Impersonate-Extra-Acme.com%2fa': 'b' },
      [
        'impersonate-on:user-info:create authentication.k8s.io/selfsubjectreviews ', 'impersonate:user-info authentication.k8s.io/users bob',
        'impersonate:user-info authentication.k8s.io/uids 1', 'impersonate:user-info authentication.k8s.io/groups g',
        'impersonate:user-info authentication.k8s.io/userextras/acme.com/a b',
      ],
      { username: 'bob', uid: '1', groups: ['g', 'system:authenticated'], extra: { 'acme.com/a': ['b'] } },
    ],
    [
      'a user with many groups',
      'j',
      { 'Impersonate-User': 'bob', 'Impersonate-Group': ['a', 'b', 'c', 'd'] },
      [
        'impersonate-on:user-info:create authentication.k8s.io/selfsubjectreviews ', 'impersonate:user-info authentication.k8s.io/users bob',
        'impersonate:user-info authentication.k8s.io/groups *',
      ],
      { username: 'bob', groups: ['a', 'b', 'c', 'd', 'system:authenticated'] },
    ],
    [
      'a service account',
      'j',
      { 'Impersonate-User': 'system:serviceaccount:ns:sa' },
      ['impersonate-on:serviceaccount:create authentication.k8s.io/selfsubjectreviews ', 'impersonate:serviceaccount authentication.k8s.io/serviceaccounts ns/sa'],
      { username: 'system:serviceaccount:ns:sa', groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'] },
    ],
    [
      'any node',
      'j',
      { 'Impersonate-User': 'system:node:n2' },
      ['impersonate-on:arbitrary-node:create authentication.k8s.io/selfsubjectreviews ', 'impersonate:arbitrary-node authentication.k8s.io/nodes n2'],
      { username: 'system:node:n2', groups: ['system:nodes', 'system:authenticated'] },
    ],
    [
      'the node that its pod is on',
      'a',
      { 'Impersonate-User': 'system:node:n1' },
      ['impersonate-on:associated-node:create authentication.k8s.io/selfsubjectreviews ', 'impersonate:associated-node authentication.k8s.io/nodes *'],
      { username: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] },
    ],
  ])('may be for some requests only: as %s', async (_what, token, headers, rights, userInfo) => {
    allowed = new Set(rights);
    expect((await asOther(headers, token)).body.status).toEqual({ userInfo });
    for (const missing of rights) {
      allowed = new Set(rights.filter((right) => right !== missing));
      expect((await asOther(headers, token)).status).toBe(403);
    }
    // The right to use it is for one verb of one resource.
    allowed = new Set(rights);
    const other = await server.client({ token }).http1({ method: 'GET', path: '/api/v1/nodes', headers: headers as Record<string, string> });
    expect(other.status).toBe(403);
  });

  it.each<[what: string, token: string, headers: Record<string, string | string[]>, rights: string[]]>([
    ['another node than its own', 'a', { 'Impersonate-User': 'system:node:n2' }, ['associated-node nodes *', 'user-info users system:node:n2']],
    ['a node, as a user', 'j', { 'Impersonate-User': 'system:node:n1' }, ['user-info users system:node:n1', 'associated-node nodes *']],
    ['an administrator', 'j', { 'Impersonate-User': 'bob', 'Impersonate-Group': 'system:masters' }, ['user-info users bob', 'user-info groups system:masters']],
    ['a group without a name', 'j', { 'Impersonate-User': 'bob', 'Impersonate-Group': '' }, ['user-info users bob', 'user-info groups ']],
    ['extra of no domain', 'j', { 'Impersonate-User': 'bob', 'Impersonate-Extra-a': 'b' }, ['user-info users bob', 'user-info userextras/a b']],
    ['a node with groups', 'j', { 'Impersonate-User': 'system:node:n1', 'Impersonate-Group': 'g' }, ['arbitrary-node nodes n1', 'arbitrary-node groups g']],
  ])('is never so as %s', async (_what, token, headers, rights) => {
    const on = ['associated-node', 'arbitrary-node', 'serviceaccount', 'user-info'].map((mode) => `impersonate-on:${mode}:create authentication.k8s.io/selfsubjectreviews `);
    allowed = new Set([...on, ...rights.map((right) => `impersonate:${right.replace(' ', ' authentication.k8s.io/')}`)]);
    expect((await asOther(headers, token)).status).toBe(403);
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
