import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kubectl, KUBECTL_VERSIONS, type KubectlVersion } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let server: ServerProcess;
const GROUP = 'rbac.authorization.k8s.io';

/** Their rights: none, `view` in one namespace, `edit` there, all of a group that may give any rights. */
const TOKENS = [
  'nobody-token,nobody,u1',
  'viewer-token,viewer,u2',
  'editor-token,editor,u3',
  'boss-token,boss,u4,"bosses"',
];

beforeAll(async () => {
  const tokens = join(scope.folder(), 'tokens.csv');
  writeFileSync(tokens, `${TOKENS.join('\n')}\n`);
  server = await scope.server({ args: [`--token-auth-file=${tokens}`] });
});

/** kubectl as one who shows a token. */
function kubectlOf(version: KubectlVersion, name: string, namespace = 'default'): Kubectl {
  const admin = JSON.parse(readFileSync(server.kubeconfig, 'utf8')) as { clusters: { cluster: object }[] };
  const dataDir = scope.folder();
  const kubeconfig = join(dataDir, 'kubeconfig');
  const [first] = admin.clusters;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: first?.cluster }],
    users: [{ name, user: { token: `${name}-token` } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: name } }],
    'current-context': 'x',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return new Kubectl(version, { kubeconfig, dataDir }, namespace);
}

describe.each(KUBECTL_VERSIONS)('kubectl %s auth', (version) => {
  let namespace: string;
  let admin: Kubectl;

  beforeAll(async () => {
    namespace = await scope.namespace(server);
    admin = new Kubectl(version, server, namespace);
    // What the clusterrole-aggregation controller does, which does not run here.
    for (const name of ['view', 'edit']) {
      const rules = (await admin.json<{ rules: object[] }>('clusterrole', `system:aggregate-to-${name}`)).rules;
      await admin.ok(['patch', 'clusterrole', name, '--type=merge', '-p', JSON.stringify({ rules })]);
    }
    await admin.ok(['create', 'rolebinding', 'viewers', '--clusterrole=view', '--user=viewer']);
    await admin.ok(['create', 'rolebinding', 'editors', '--clusterrole=edit', '--user=editor']);
  });

  it.each([
    ['nobody', 'get pods', 'no'],
    ['nobody', 'create selfsubjectaccessreviews.authorization.k8s.io', 'yes'],
    ['nobody', 'get /version', 'yes'],
    ['nobody', 'get /metrics', 'no'],
    ['viewer', 'get pods', 'yes'],
    ['viewer', 'get pods/log', 'yes'],
    ['viewer', 'list deployments.apps', 'yes'],
    ['viewer', 'get secrets', 'no'],
    ['viewer', 'delete pods', 'no'],
    ['editor', 'delete pods', 'yes'],
    ['editor', 'get secrets', 'yes'],
    ['editor', 'create rolebindings.rbac.authorization.k8s.io', 'no'],
    ['editor', 'delete nodes', 'no'],
  ])('can-i of %s: %s? %s', async (user, question, expected) => {
    const kubectl = kubectlOf(version, user, namespace);
    const { stdout, code } = await kubectl.run(['auth', 'can-i', ...question.split(' ')]);
    expect({ answer: stdout.trim(), code }).toEqual({ answer: expected, code: expected === 'yes' ? 0 : 1 });
  });

  it('can-i is answered no elsewhere', async () => {
    const { stdout } = await kubectlOf(version, 'viewer', 'default').run(['auth', 'can-i', 'get', 'pods']);
    expect(stdout.trim()).toBe('no');
  });

  it('can-i --list shows the rules of roles', async () => {
    const list = await kubectlOf(version, 'viewer', namespace).ok(['auth', 'can-i', '--list']);
    expect(list).toMatch(/^pods +\[\] +\[\] +\[get list watch\]$/m);
    expect(list).toMatch(/^selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]$/m);
    expect(list).toMatch(/^ +\[\/version\] +\[\] +\[get\]$/m);
    expect(list).not.toMatch(/^secrets /m);
  });

  it('refuses with upstream\'s words', async () => {
    expect(await kubectlOf(version, 'viewer', namespace).fails(['delete', 'pod', 'x'])).toBe(
      `Error from server (Forbidden): pods "x" is forbidden: User "viewer" cannot delete resource "pods" in API group "" in the namespace "${namespace}"\n`,
    );
  });

  it('reconcile adds what is lacking, for whom may give it', async () => {
    const role = { apiVersion: `${GROUP}/v1`, kind: 'Role', metadata: { name: 'reader', namespace }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] };
    const input = JSON.stringify(role);
    expect(await admin.ok(['auth', 'reconcile', '-f', '-'], { stdin: input })).toContain(`role.${GROUP}/reader`);
    await admin.ok(['patch', 'role', 'reader', '--type=merge', '-p', '{"rules":[{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get"]}]}']);
    await admin.ok(['auth', 'reconcile', '-f', '-'], { stdin: input });
    const { rules } = await admin.json<{ rules: object[] }>('role', 'reader');
    expect(rules).toEqual([{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }, role.rules[0]]);
  });

  it('nobody gives more than they have; who may bind gives a role', async () => {
    await admin.ok(['create', 'clusterrole', `binder-${version}`, '--verb=create,get,list', '--resource=rolebindings.rbac.authorization.k8s.io']);
    await admin.ok(['create', 'rolebinding', 'binders', `--clusterrole=binder-${version}`, '--group=bosses']);
    const boss = kubectlOf(version, 'boss', namespace);
    const give = ['create', 'rolebinding', 'gift', '--clusterrole=view', '--user=nobody'];
    expect(await boss.fails(give)).toContain('user "boss" (groups=["bosses" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n');
    await admin.ok(['create', 'clusterrole', `may-bind-${version}`, '--verb=bind', '--resource=clusterroles.rbac.authorization.k8s.io', '--resource-name=view']);
    await admin.ok(['create', 'rolebinding', 'may-bind', `--clusterrole=may-bind-${version}`, '--group=bosses']);
    expect(await boss.ok(give)).toContain('rolebinding.rbac.authorization.k8s.io/gift created');
  });

  it('whoami tells who one is', async () => {
    const { code, stdout, stderr } = await kubectlOf(version, 'boss').run(['auth', 'whoami']);
    // The old one asks for versions only that are not there any more in v1.36.
    if (version === '1.27') return expect(stderr).toContain('the selfsubjectreviews API is not enabled in the cluster');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Username +boss$/m);
    expect(stdout).toMatch(/^Groups +\[bosses system:authenticated\]$/m);
  });
});

it.each([
  ['/readyz', 200],
  ['/healthz', 200],
  ['/livez', 200],
  ['/version', 200],
  ['/readyz/etcd', 403],
  ['/api', 403],
  ['/apis', 403],
  ['/openapi/v3', 403],
  ['/metrics', 403],
  ['/api/v1/namespaces', 403],
])('who is unknown is answered %s with %d', async (path, status) => {
  const anonymous = server.client.as({});
  expect((await anonymous.send('GET', path)).status).toBe(status);
  anonymous.close();
});
