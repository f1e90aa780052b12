import { Authorization } from '../authz/authorization';
import { authorizationFlags, type Answer, TestServer } from '../testing';

const AUTHZ = '/apis/authorization.k8s.io/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const FLAGS = authorizationFlags({ authorizationMode: ['Node', 'RBAC'] });

describe('reviews of access', () => {
  let server: TestServer;

  beforeAll(async () => {
    const authorization = await Authorization.fromFlags(FLAGS, { info: () => undefined, error: () => undefined });
    server = await TestServer.start({
      authorizer: (endpoints) => authorization.authorizer(endpoints),
      tokens: { jane: { name: 'jane', groups: ['dev'] }, node: { name: 'system:node:a', groups: ['system:nodes'] } },
    });
    const rules = [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] }, { nonResourceURLs: ['/metrics'], verbs: ['get'] }];
    await admin('/clusterroles', { metadata: { name: 'reader' }, rules });
    const self = { apiGroups: ['authorization.k8s.io'], resources: ['*'], verbs: ['create'] };
    await admin('/clusterroles', { metadata: { name: 'self' }, rules: [self] });
    await bind('reader', { kind: 'Group', name: 'dev', apiGroup: GROUP });
    await bind('self', { kind: 'Group', name: 'system:authenticated', apiGroup: GROUP });
    await server.server.core.barrier.mostRecent();
  });

  afterAll(() => server.stop());

  const admin = async (path: string, body: unknown): Promise<void> => {
    const { status, text } = await server.request('POST', RBAC + path, body);
    if (status !== 201) throw new Error(text);
  };
  const bind = (name: string, subject: object): Promise<void> => {
    return admin('/clusterrolebindings', { metadata: { name }, roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name }, subjects: [subject] });
  };
  const asJane = (path: string, spec: unknown, token = 'jane'): Promise<Answer> => {
    return server.client({ token }).http1({ method: 'POST', path: AUTHZ + path, body: { spec } });
  };
  const reason = 'RBAC: allowed by ClusterRoleBinding "reader" of ClusterRole "reader" to Group "dev"';
  const pods = { resource: 'pods', verb: 'get', namespace: 'default' };

  it.each<[string, object, object]>([
    ['a resource', { resourceAttributes: pods }, { allowed: true, reason }],
    ['a subresource', { resourceAttributes: { ...pods, subresource: 'log' } }, { allowed: true, reason }],
    ['another verb', { resourceAttributes: { ...pods, verb: 'list' } }, { allowed: false }],
    ['a path', { nonResourceAttributes: { path: '/metrics', verb: 'get' } }, { allowed: true, reason }],
    ['another path', { nonResourceAttributes: { path: '/metrics/x', verb: 'get' } }, { allowed: false }],
  ])('the client itself: %s', async (_, spec, status) => {
    const answer = await asJane('/selfsubjectaccessreviews', spec);
    expect(answer).toMatchObject({ status: 201, body: { kind: 'SelfSubjectAccessReview' } });
    expect(answer.body['status']).toEqual(status);
  });

  it.each<[string, object, object]>([
    ['by its group', { groups: ['dev'], user: 'x', resourceAttributes: pods }, { allowed: true, reason }],
    ['of no group', { user: 'jane', resourceAttributes: pods }, { allowed: false }],
    ['by groups alone', { groups: ['dev'], resourceAttributes: pods }, { allowed: true, reason }],
  ])('another: %s', async (_, spec, status) => {
    expect((await asJane('/subjectaccessreviews', spec)).body['status']).toEqual(status);
  });

  it.each<[string, object, boolean]>([
    ['requirements', { requirements: [{ key: 'spec.nodeName', operator: 'In', values: ['a'] }] }, true],
    ['a text', { rawSelector: 'spec.nodeName=a' }, true],
    ['several values', { requirements: [{ key: 'spec.nodeName', operator: 'In', values: ['a', 'b'] }] }, false],
    ['the opposite', { rawSelector: 'spec.nodeName!=a' }, false],
    ['an unreadable text', { rawSelector: 'spec.nodeName' }, false],
  ])('with a field selector as %s', async (_, fieldSelector, allowed) => {
    const spec = { user: 'system:node:a', groups: ['system:nodes'], resourceAttributes: { resource: 'pods', verb: 'list', fieldSelector } };
    expect(await asJane('/subjectaccessreviews', spec)).toMatchObject({ status: 201, body: { status: { allowed } } });
  });

  it('in a namespace, which it is filled in with', async () => {
    const spec = { groups: ['dev'], resourceAttributes: pods };
    expect(await asJane('/namespaces/default/localsubjectaccessreviews', spec)).toMatchObject({
      status: 201,
      body: { metadata: { namespace: 'default' }, status: { allowed: true } },
    });
    expect(await asJane('/namespaces/other/localsubjectaccessreviews', spec)).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('spec.resourceAttributes.namespace: Invalid value: "default": must match metadata.namespace') },
    });
  });

  it.each<[string, object, string]>([
    ['nothing', { user: 'x' }, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'],
    ['nobody', { resourceAttributes: pods }, 'at least one of user or group must be specified'],
    ['both', { user: 'x', resourceAttributes: pods, nonResourceAttributes: { path: '/', verb: 'get' } }, 'cannot be specified in combination'],
  ])('that ask %s are refused', async (_, spec, message) => {
    expect(await asJane('/subjectaccessreviews', spec)).toMatchObject({ status: 422, body: { message: expect.stringContaining(message) } });
  });

  it('are answered with 406 where they are wanted as a table', async () => {
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const request = { method: 'POST', path: `${AUTHZ}/selfsubjectaccessreviews`, body: { spec: { resourceAttributes: pods } }, headers };
    expect(await server.client({ token: 'jane' }).http1(request)).toMatchObject({ status: 406, body: { reason: 'NotAcceptable' } });
  });

  it('lists all rules, and says where it cannot', async () => {
    const { body } = await asJane('/selfsubjectrulesreviews', { namespace: 'default' });
    expect(body['status']).toMatchObject({
      incomplete: false,
      resourceRules: expect.arrayContaining([{ verbs: ['get'], apiGroups: [''], resources: ['pods', 'pods/log'] }]),
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }],
    });
    expect((await asJane('/selfsubjectrulesreviews', { namespace: 'default' }, 'node')).body['status']).toMatchObject({
      incomplete: true,
      evaluationError: 'node authorizer does not support user rule resolution',
    });
  });

  it('a request that is not allowed is answered with why', async () => {
    const { status, body } = await server.client({ token: 'jane' }).http1({ method: 'GET', path: '/api/v1/namespaces/default/secrets' });
    const message = 'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "default"';
    expect({ status, message: body.message }).toEqual({ status: 403, message });
  });
});
