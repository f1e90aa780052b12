import type { rbacv1 } from '@typekube/api';
import { Authorization } from '../authz/authorization';
import { authorizationFlags, type Answer, TestServer } from '../testing';
import type { HttpsClient } from '../testing/https-client';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const FLAGS = authorizationFlags({ authorizationMode: ['RBAC'] });
const on = (resource: string, ...verbs: string[]): rbacv1.PolicyRule => ({ apiGroups: [''], resources: [resource], verbs });
const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

describe('writing roles and bindings', () => {
  let server: TestServer;
  let jane: HttpsClient;

  beforeAll(async () => {
    const authorization = await Authorization.fromFlags(FLAGS, { info: () => undefined, error: () => undefined });
    server = await TestServer.start({
      namespaces: ['default', 'other'],
      authorizer: (endpoints) => authorization.authorizer(endpoints),
      hooks: () => new Map(authorization.hooks),
      tokens: { jane: { name: 'jane', groups: ['dev'] } },
    });
    jane = server.client({ token: 'jane' });
    const writer = [{ apiGroups: [GROUP], resources: ['roles', 'rolebindings', 'clusterroles'], verbs: ['create', 'update', 'patch'] }];
    await admin('POST', '/clusterroles', { metadata: { name: 'writer' }, rules: [...writer, on('pods', 'get', 'list')] });
    await admin('POST', '/clusterroles', { metadata: { name: 'small' }, rules: [on('pods', 'get')] });
    await admin('POST', '/clusterroles', { metadata: { name: 'large' }, rules: [on('secrets', 'get', 'list'), on('pods', 'delete')] });
    await admin('POST', '/clusterroles', { metadata: { name: 'given' }, rules: [on('secrets', 'get')] });
    await admin('POST', '/clusterrolebindings', binding('writer', 'writer', { kind: 'User', name: 'jane', apiGroup: GROUP }));
    await admin('POST', '/clusterroles', {
      metadata: { name: 'binder' },
      rules: [{ apiGroups: [GROUP], resources: ['clusterroles'], resourceNames: ['given'], verbs: ['bind'] }],
    });
    await admin('POST', '/namespaces/default/rolebindings', binding('binder', 'binder', { kind: 'User', name: 'jane', apiGroup: GROUP }));
    await server.server.core.barrier.mostRecent();
  });

  afterAll(() => server.stop());

  const admin = async (method: string, path: string, body: unknown): Promise<void> => {
    const { status, text } = await server.request(method, RBAC + path, body);
    if (status >= 300) throw new Error(text);
  };
  const send = (method: string, path: string, body: unknown, type = 'application/json'): Promise<Answer> => {
    return jane.http1({ method, path: RBAC + path, body, headers: { 'content-type': type } });
  };
  const binding = (name: string, role: string, ...subjects: rbacv1.Subject[]): object => {
    return { metadata: { name }, roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role }, subjects };
  };

  it.each([
    ['a role of rights that one has', { metadata: { name: 'a' }, rules: [on('pods', 'get')] }],
    ['a role without rules', { metadata: { name: 'b' } }],
  ])('is allowed for %s', async (_, role) => {
    expect(await send('POST', '/namespaces/default/roles', role)).toMatchObject({ status: 201 });
  });

  it('is refused for a role of more, with what is lacking', async () => {
    const rules = [on('pods', 'get', 'delete'), { ...on('secrets', 'get'), resourceNames: ['s'] }, on('pods', 'patch')];
    const answer = await send('POST', '/namespaces/default/roles', { metadata: { name: 'more' }, rules });
    const lacking = '{APIGroups:[""], Resources:["pods"], Verbs:["delete" "patch"]}\n{APIGroups:[""], Resources:["secrets"], ResourceNames:["s"], Verbs:["get"]}';
    expect(answer).toMatchObject({
      status: 403,
      body: {
        reason: 'Forbidden',
        message:
          'roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["dev" "system:authenticated"]) is attempting to grant ' +
          `RBAC permissions not currently held:\n${lacking}`,
      },
    });
  });

  it('is refused for a role that is changed to more, by update and patch', async () => {
    await admin('POST', '/namespaces/default/roles', { metadata: { name: 'changing' }, rules: [on('pods', 'get')] });
    const more = { metadata: { name: 'changing' }, rules: [everything] };
    expect(await send('PUT', '/namespaces/default/roles/changing', more)).toMatchObject({ status: 403 });
    expect(await send('PATCH', '/namespaces/default/roles/changing', more, 'application/merge-patch+json')).toMatchObject({ status: 403 });
    const labels = { metadata: { labels: { a: 'b' } } };
    expect(await send('PATCH', '/namespaces/default/roles/changing', labels, 'application/merge-patch+json')).toMatchObject({ status: 200 });
  });

  it('lets finalizers and owners be taken away from a role of more', async () => {
    await admin('POST', '/namespaces/default/roles', { metadata: { name: 'held', finalizers: ['a/b'] }, rules: [everything] });
    const patch = { metadata: { finalizers: null } };
    expect(await send('PATCH', '/namespaces/default/roles/held', patch, 'application/merge-patch+json')).toMatchObject({ status: 200 });
  });

  it('needs full authority for an aggregation rule', async () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
    expect(await send('POST', '/clusterroles', { metadata: { name: 'gather' }, aggregationRule })).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('must have cluster-admin privileges to use the aggregationRule') },
    });
  });

  it.each<[string, string, string, number]>([
    ['a role of rights that one has', 'default', 'small', 201],
    ['a role of more', 'default', 'large', 403],
    ['a role of more that one may bind', 'default', 'given', 201],
    ['that role where one may not bind it', 'other', 'given', 403],
    ['a role that is not there', 'default', 'nothing', 404],
  ])('answers a binding to %s', async (_, namespace, role, status) => {
    expect(await send('POST', `/namespaces/${namespace}/rolebindings`, binding(`to-${role}`, role))).toMatchObject({ status });
  });

  it('refuses subjects added to a binding of more', async () => {
    await admin('POST', '/namespaces/default/rolebindings', binding('grown', 'large'));
    const subjects = [{ kind: 'User', name: 'jane', apiGroup: GROUP }];
    expect(await send('PATCH', '/namespaces/default/rolebindings/grown', { subjects }, 'application/merge-patch+json')).toMatchObject({ status: 403 });
  });

  it('allows everything to whom the verb escalate is given', async () => {
    await admin('POST', '/namespaces/other/roles', {
      metadata: { name: 'escalating' },
      rules: [{ apiGroups: [GROUP], resources: ['roles'], verbs: ['escalate'] }],
    });
    const roleRef = { apiGroup: GROUP, kind: 'Role', name: 'escalating' };
    const subjects = [{ kind: 'Group', name: 'dev', apiGroup: GROUP }];
    await admin('POST', '/namespaces/other/rolebindings', { metadata: { name: 'escalating' }, roleRef, subjects });
    await server.server.core.barrier.mostRecent();
    expect(await send('POST', '/namespaces/other/roles', { metadata: { name: 'all' }, rules: [everything] })).toMatchObject({ status: 201 });
  });
});
