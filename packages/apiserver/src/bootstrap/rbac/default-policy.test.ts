import type { rbacv1 } from '@typekube/api';
import { RbacAuthorizer } from '../../authz/rbac/rbac-authorizer';
import { RbacPolicy } from '../../authz/rbac/rbac-policy';
import { TestServer } from '../../testing';
import { SystemClient } from '../system-client';
import { DefaultPolicy } from './default-policy';
import { completeBinding, completeRole, isOfAnotherRole } from './plan';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

describe('the default roles and bindings', () => {
  let server: TestServer;
  let authorizer: RbacAuthorizer;
  const problems: unknown[] = [];

  beforeAll(async () => {
    server = await TestServer.start({ namespaces: ['default', 'kube-system', 'kube-public'] });
    authorizer = new RbacAuthorizer(new RbacPolicy(server.server.core.endpoints));
    await ensure();
  });

  afterAll(() => server.stop());

  const ensure = async (): Promise<void> => {
    const policy = new DefaultPolicy(new SystemClient(() => server.server.core), { error: (...problem) => void problems.push(problem) });
    await policy.ensureInCluster();
    await policy.ensureInNamespaces();
    await server.server.core.barrier.mostRecent();
  };
  const read = async <T extends rbacv1.ClusterRole | rbacv1.ClusterRoleBinding>(path: string): Promise<T> => {
    return JSON.parse((await server.request('GET', `${RBAC}/${path}`)).text);
  };
  const rulesOf = async (name: string): Promise<unknown> => (await read<rbacv1.ClusterRole>(`clusterroles/${name}`)).rules;

  it('are made at the first start, without a complaint', async () => {
    const { body } = await server.request('GET', `${RBAC}/clusterroles/system:volume-scheduler`);
    expect(body).toMatchObject({
      metadata: {
        labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
        annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
      },
      rules: [
        { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get', 'list', 'patch', 'update', 'watch'] },
        { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'patch', 'update', 'watch'] },
      ],
    });
    expect(problems).toEqual([]);
  });

  it('are written once: a later start writes nothing', async () => {
    const before = await server.store.currentRevision();
    await ensure();
    expect(await server.store.currentRevision()).toBe(before);
  });

  it('get back what they lack and keep what they have besides, at the next start', async () => {
    const extra = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
    const first = { apiGroups: [''], resources: ['nodes'], verbs: ['get'] };
    await server.patch(`${RBAC}/clusterroles/system:node-problem-detector`, 'merge', { rules: [extra, first] });
    await server.patch(`${RBAC}/clusterrolebindings/system:kube-dns`, 'merge', { subjects: [{ kind: 'User', name: 'x', apiGroup: GROUP }] });
    await server.request('DELETE', `${RBAC}/clusterroles/view`);
    await server.server.core.barrier.mostRecent();
    await ensure();
    expect(await rulesOf('system:node-problem-detector')).toEqual([
      extra,
      first,
      { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
      ...['', 'events.k8s.io'].flatMap((group) =>
        ['create', 'patch', 'update'].map((verb) => ({ apiGroups: [group], resources: ['events'], verbs: [verb] })),
      ),
    ]);
    expect((await read<rbacv1.ClusterRoleBinding>('clusterrolebindings/system:kube-dns')).subjects).toEqual([
      { kind: 'User', name: 'x', apiGroup: GROUP },
      { kind: 'ServiceAccount', name: 'kube-dns', namespace: 'kube-system' },
    ]);
    expect((await read<rbacv1.ClusterRole>('clusterroles/view')).aggregationRule).toBeDefined();
  });

  it('are left alone where their owner says so', async () => {
    const metadata = { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } };
    await server.patch(`${RBAC}/clusterroles/system:heapster`, 'merge', { metadata, rules: [] });
    await server.server.core.barrier.mostRecent();
    await ensure();
    expect(await rulesOf('system:heapster')).toBeUndefined();
  });

  const user = (name: string, ...groups: string[]): { name: string; groups: string[] } => ({ name, groups });
  const controller = (name: string): { name: string; groups: string[] } => user(`system:serviceaccount:kube-system:${name}`);
  const anonymous = user('system:anonymous', 'system:unauthenticated');
  it.each<[string, { name: string; groups: string[] }, string, string, boolean]>([
    ['the scheduler binds pods', user('system:kube-scheduler'), 'create', 'pods/binding', true],
    ['the scheduler reads no secrets', user('system:kube-scheduler'), 'get', 'secrets', false],
    ['the proxy reads services', user('system:kube-proxy'), 'watch', 'services', true],
    ['the proxy writes no services', user('system:kube-proxy'), 'update', 'services', false],
    ['the controller manager lists everything', user('system:kube-controller-manager'), 'list', 'secrets', true],
    ['the controller manager makes no pods itself', user('system:kube-controller-manager'), 'create', 'pods', false],
    ['a controller has the rights of its own role', controller('replicaset-controller'), 'create', 'pods', true],
    ['and no more', controller('replicaset-controller'), 'create', 'secrets', false],
    ['nodes have nothing by roles', user('system:node:a', 'system:nodes'), 'get', 'pods', false],
    ['administrators may do anything', user('a', 'system:masters'), 'delete', 'nodes', true],
    ['who is known sees the version', user('a', 'system:authenticated'), 'get', '/version', true],
    ['and discovery', user('a', 'system:authenticated'), 'get', '/apis/apps/v1', true],
    ['and no metrics', user('a', 'system:authenticated'), 'get', '/metrics', false],
    ['who is unknown sees the version', anonymous, 'get', '/version', true],
    ['and health', anonymous, 'get', '/readyz', true],
    ['and no discovery', anonymous, 'get', '/apis', false],
    ['and no pods', anonymous, 'list', 'pods', false],
  ])('%s', (_, who, verb, what, expected) => {
    const [resource = '', subresource = ''] = what.split('/');
    const isResourceRequest = !what.startsWith('/');
    const path = isResourceRequest ? '' : what;
    const request = { user: who, isResourceRequest, path, verb, apiGroup: '', apiVersion: 'v1', namespace: 'default', resource, subresource, name: '' };
    expect(authorizer.authorize(request).decision).toBe(expected ? 'Allow' : 'NoOpinion');
  });
});

describe('what a start changes', () => {
  const metadata = { name: 'x' };
  const role = (rules: rbacv1.PolicyRule[]): rbacv1.ClusterRole => ({ apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', metadata: { ...metadata }, rules });
  const binding = (name: string, ...subjects: rbacv1.Subject[]): rbacv1.ClusterRoleBinding => {
    return { apiVersion: `${GROUP}/v1`, kind: 'ClusterRoleBinding', metadata: { ...metadata }, roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name }, subjects };
  };
  const rule = (...verbs: string[]): rbacv1.PolicyRule => ({ apiGroups: [''], resources: ['pods'], verbs });

  it('nothing where a wider rule covers the default', () => {
    const current = role([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
    expect(completeRole(current, role([rule('get')]))).toBe(false);
  });

  it('the selectors of an aggregated role, not its rules', () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
    const current = role([rule('get')]);
    expect(completeRole(current, { ...role([]), aggregationRule })).toBe(true);
    expect(current).toMatchObject({ aggregationRule, rules: [rule('get')] });
  });

  it('the subjects of a binding, each once', () => {
    const [a, b] = [{ kind: 'User', name: 'a' }, { kind: 'User', name: 'b' }];
    const current = binding('r', a);
    expect(completeBinding(current, binding('r', a, b))).toBe(true);
    expect(current.subjects).toEqual([a, b]);
    expect(completeBinding(current, binding('r', a, b))).toBe(false);
  });

  it('a binding that is of another role', () => {
    expect(isOfAnotherRole(binding('r'), binding('s'))).toBe(true);
    expect(isOfAnotherRole(binding('r'), binding('r'))).toBe(false);
  });
});
