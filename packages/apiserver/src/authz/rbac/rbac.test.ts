import type { rbacv1 } from '@typekube/api';
import { TestServer } from '../../testing';
import type { AuthorizationAttributes } from '../authorizer';
import { CompiledRule, asked } from './compiled-rule';
import { RbacAuthorizer } from './rbac-authorizer';
import { RbacPolicy } from './rbac-policy';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

function attributes(fields: Partial<AuthorizationAttributes>): AuthorizationAttributes {
  return {
    user: { name: 'jane', groups: ['dev'] },
    isResourceRequest: true,
    path: '',
    verb: 'get',
    apiGroup: '',
    apiVersion: 'v1',
    namespace: '',
    resource: 'pods',
    subresource: '',
    name: '',
    ...fields,
  };
}

describe('a rule', () => {
  const pods: rbacv1.PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
  const url = (...nonResourceURLs: string[]): rbacv1.PolicyRule => ({ verbs: ['get'], nonResourceURLs });
  const path = (text: string): Partial<AuthorizationAttributes> => ({ isResourceRequest: false, path: text });
  it.each<[string, rbacv1.PolicyRule, Partial<AuthorizationAttributes>, boolean]>([
    ['allows what it names', pods, {}, true],
    ['not another verb', pods, { verb: 'list' }, false],
    ['not another group', pods, { apiGroup: 'apps' }, false],
    ['not a subresource of it', pods, { subresource: 'log' }, false],
    ['not a path', pods, path('/pods'), false],
    ['allows a subresource', { ...pods, resources: ['pods/log'] }, { subresource: 'log' }, true],
    ['of a subresource, not the resource', { ...pods, resources: ['pods/log'] }, {}, false],
    ['allows everything by stars', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { subresource: 'exec', verb: 'create' }, true],
    ['by resource stars, no paths', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, path('/metrics'), false],
    ['allows a subresource of everything', { ...pods, resources: ['*/scale'] }, { subresource: 'scale' }, true],
    ['not another subresource', { ...pods, resources: ['*/scale'] }, { subresource: 'status' }, false],
    ['allows a name', { ...pods, resourceNames: ['a'] }, { name: 'a' }, true],
    ['not another name', { ...pods, resourceNames: ['a'] }, { name: 'b' }, false],
    ['with names, not a list', { ...pods, resourceNames: ['a'] }, {}, false],
    ['allows a path', url('/healthz'), path('/healthz'), true],
    ['not a path below it', url('/healthz'), path('/healthz/etcd'), false],
    ['allows paths by their beginning', url('/healthz/*'), path('/healthz/etcd'), true],
    ['not what only begins alike', url('/healthz/*'), path('/healthz'), false],
    ['allows all paths', url('*'), path('/x'), true],
    ['without verbs allows nothing', { verbs: [] }, {}, false],
  ])('%s', (_, rule, request, expected) => {
    expect(new CompiledRule(rule).allows(asked(attributes(request)))).toBe(expected);
  });
});

describe('the authorizer', () => {
  let server: TestServer;
  let authorizer: RbacAuthorizer;

  beforeAll(async () => {
    server = await TestServer.start({
      namespaces: ['default', 'other'],
      authorizer: (endpoints) => {
        authorizer = new RbacAuthorizer(new RbacPolicy(endpoints));
        return { authorize: () => ({ decision: 'Allow', reason: '' }) };
      },
    });
    await make('/clusterroles', { metadata: { name: 'reader' }, rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }] });
    await make('/namespaces/default/roles', {
      metadata: { name: 'editor' },
      rules: [{ verbs: ['update'], apiGroups: [''], resources: ['pods'], resourceNames: ['mine'] }],
    });
    await bind('/clusterrolebindings', 'everywhere', 'ClusterRole/reader', { kind: 'User', name: 'jane' });
    await bind('/namespaces/default/rolebindings', 'here', 'Role/editor', { kind: 'Group', name: 'dev' });
    await bind('/namespaces/other/rolebindings', 'there', 'ClusterRole/reader', { kind: 'ServiceAccount', name: 'robot', namespace: 'default' });
    await bind('/namespaces/other/rolebindings', 'dangling', 'Role/none', { kind: 'Group', name: 'ops' });
  });

  afterAll(() => server.stop());

  const make = async (path: string, body: object): Promise<void> => {
    const answer = await server.request('POST', `${RBAC}${path}`, body);
    if (answer.status !== 201) throw new Error(answer.text);
    await server.server.core.barrier.mostRecent();
  };
  const bind = (path: string, name: string, role: string, subject: rbacv1.Subject): Promise<void> => {
    const [kind, roleName] = role.split('/');
    return make(path, { metadata: { name }, roleRef: { kind, name: roleName }, subjects: [subject] });
  };
  const robot = { name: 'system:serviceaccount:default:robot', groups: [] };

  it.each<[string, Partial<AuthorizationAttributes>, string, string]>([
    ['a user everywhere', { namespace: 'other' }, 'Allow', 'RBAC: allowed by ClusterRoleBinding "everywhere" of ClusterRole "reader" to User "jane"'],
    [
      'a group in a namespace',
      { namespace: 'default', verb: 'update', name: 'mine' },
      'Allow',
      'RBAC: allowed by RoleBinding "here/default" of Role "editor" to Group "dev"',
    ],
    ['not in another namespace', { namespace: 'other', verb: 'update', name: 'mine' }, 'NoOpinion', ''],
    [
      'a service account',
      { namespace: 'other', user: robot },
      'Allow',
      'RBAC: allowed by RoleBinding "there/other" of ClusterRole "reader" to ServiceAccount "robot/default"',
    ],
    ['not a service account elsewhere', { namespace: 'default', user: robot }, 'NoOpinion', ''],
    ['nobody of the same name as a group', { namespace: 'default', user: { name: 'dev', groups: ['jane'] } }, 'NoOpinion', ''],
    [
      'and says which role is missing',
      { namespace: 'other', user: { name: 'x', groups: ['ops'] } },
      'NoOpinion',
      'RBAC: role.rbac.authorization.k8s.io "none" not found',
    ],
  ])('allows %s', (_, request, decision, reason) => {
    expect(authorizer.authorize(attributes(request))).toEqual({ decision, reason });
  });

  it('lists the rules of a user', () => {
    expect(authorizer.rulesFor({ name: 'jane', groups: ['dev', 'ops'] }, 'default')).toEqual({
      resourceRules: [
        { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] },
        { verbs: ['update'], apiGroups: [''], resources: ['pods'], resourceNames: ['mine'] },
      ],
      nonResourceRules: [],
      errors: [],
      incomplete: false,
    });
    expect(authorizer.rulesFor({ name: 'x', groups: ['ops'] }, 'other').errors).toEqual(['role.rbac.authorization.k8s.io "none" not found']);
  });

  it('follows every change of roles and bindings', async () => {
    const may = (verb: string): string => authorizer.authorize(attributes({ namespace: 'default', verb, user: { name: 'joe', groups: [] } })).decision;
    await make('/namespaces/default/roles', { metadata: { name: 'r' }, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] });
    await bind('/namespaces/default/rolebindings', 'b', 'Role/r', { kind: 'User', name: 'joe' });
    expect([may('get'), may('patch')]).toEqual(['Allow', 'NoOpinion']);
    await server.patch(`${RBAC}/namespaces/default/roles/r`, 'merge', { rules: [{ verbs: ['patch'], apiGroups: [''], resources: ['pods'] }] });
    await server.server.core.barrier.mostRecent();
    expect([may('get'), may('patch')]).toEqual(['NoOpinion', 'Allow']);
    await server.patch(`${RBAC}/namespaces/default/rolebindings/b`, 'merge', { subjects: [{ kind: 'User', name: 'jim', apiGroup: 'rbac.authorization.k8s.io' }] });
    await server.server.core.barrier.mostRecent();
    expect(may('patch')).toBe('NoOpinion');
    await server.request('DELETE', `${RBAC}/namespaces/default/rolebindings/b`);
    await server.server.core.barrier.mostRecent();
    expect(authorizer.authorize(attributes({ namespace: 'default', verb: 'patch', user: { name: 'jim', groups: [] } })).decision).toBe('NoOpinion');
  });

  it('knows all again after the caches have been loaded anew', async () => {
    const { core } = server.server;
    for (const { cache } of core.endpoints.all) cache.reset([...cache.entries.values()], core.feed.revision);
    expect(authorizer.authorize(attributes({}))).toMatchObject({ decision: 'Allow' });
    await bind('/clusterrolebindings', 'late', 'ClusterRole/reader', { kind: 'User', name: 'late' });
    expect(authorizer.authorize(attributes({ user: { name: 'late', groups: [] } }))).toMatchObject({ decision: 'Allow' });
  });
});
