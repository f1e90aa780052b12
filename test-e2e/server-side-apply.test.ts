import { type KubeJson, Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let server: ServerProcess;
beforeAll(async () => {
  server = await scope.server();
});

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1: Record<string, unknown>;
}

const config = (data: object, name = 'a'): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

const deployment = (fields: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    ...fields,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 80 }] }] } },
  },
});

describe.each(KUBECTL_VERSIONS)('kubectl %s apply --server-side', (version) => {
  let kubectl: Kubectl;
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  const apply = (object: object, ...args: string[]): Promise<string> => kubectl.send('apply', object, ['--server-side', ...args]);
  const entries = async (...args: string[]): Promise<Entry[]> => {
    const { metadata } = await kubectl.json<KubeJson & { metadata: { managedFields: Entry[] } }>(...args, '--show-managed-fields');
    return metadata.managedFields;
  };
  const managers = async (...args: string[]): Promise<string[]> =>
    (await entries(...args)).map(({ manager, operation, subresource }) => [manager, operation, subresource].filter(Boolean).join(' ')).sort();

  it('creates, changes, and leaves what is the same', async () => {
    expect(await apply(config({ color: 'red', size: 'big' }))).toBe('configmap/a serverside-applied\n');
    const first = await kubectl.json('cm', 'a');
    await apply(config({ color: 'red', size: 'big' }));
    expect((await kubectl.json('cm', 'a')).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    await apply(config({ color: 'blue' }));
    expect(await kubectl.json('cm', 'a')).toMatchObject({ data: { color: 'blue' } });
    expect(await kubectl.jsonpath('{.data.size}', 'cm', 'a')).toBe('');
    expect(await managers('cm', 'a')).toEqual(['kubectl Apply']);
    expect(await kubectl.ok(['get', 'cm', 'a', '-o', 'yaml'])).not.toContain('managedFields');
  });

  it('tells of conflicts, and forces them', async () => {
    await apply(config({ color: 'red' }), '--field-manager=one');
    expect(await kubectl.fails(['apply', '--server-side', '--field-manager=two', '-f', '-'], { stdin: JSON.stringify(config({ color: 'blue' })) })).toContain(
      'Apply failed with 1 conflict: conflict with "one": .data.color',
    );
    await apply(config({ color: 'blue' }), '--field-manager=two', '--force-conflicts');
    expect(await managers('cm', 'a')).toEqual(['two Apply']);
  });

  it('shows what it would change', async () => {
    await apply(deployment({ replicas: 1 }));
    const same = await kubectl.run(['diff', '--server-side', '-f', '-'], { stdin: JSON.stringify(deployment({ replicas: 1 })) });
    expect([same.code, same.stdout]).toEqual([0, '']);
    const other = await kubectl.run(['diff', '--server-side', '-f', '-'], { stdin: JSON.stringify(deployment({ replicas: 3 })) });
    expect([other.code, other.stdout]).toEqual([1, expect.stringMatching(/^-  replicas: 1\n\+  replicas: 3$/m)]);
    expect(await kubectl.jsonpath('{.spec.replicas}', 'deploy', 'web')).toBe('1');
  });

  it('takes over from client-side apply, and gives back', async () => {
    await kubectl.send('apply', deployment({ replicas: 1 }));
    expect(await managers('deploy', 'web')).toEqual(['kubectl-client-side-apply Update']);
    await apply(deployment({ replicas: 2 }));
    expect(await kubectl.jsonpath('{.spec.replicas}', 'deploy', 'web')).toBe('2');
    const last = (await kubectl.json('deploy', 'web')).metadata.annotations?.[LAST_APPLIED] ?? '';
    expect(JSON.parse(last)).toMatchObject({ spec: { replicas: 2 } });
    expect(await managers('deploy', 'web')).toContain('kubectl Apply');
    await kubectl.send('apply', deployment({ replicas: 3 }));
    expect(await kubectl.jsonpath('{.spec.replicas}', 'deploy', 'web')).toBe('3');
  });

  it('leaves replicas to who scales, and labels to who sets them', async () => {
    await apply(deployment({ replicas: 1 }));
    await kubectl.ok(['scale', 'deploy/web', '--replicas=4']);
    await kubectl.ok(['label', 'deploy', 'web', 'owner=me']);
    await apply(deployment());
    expect(await kubectl.jsonpath('{.spec.replicas} {.metadata.labels.owner}', 'deploy', 'web')).toBe('4 me');
    const all = await entries('deploy', 'web');
    expect(all.find(({ subresource }) => subresource === 'scale')).toMatchObject({ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } });
    expect(all.find(({ manager }) => manager === 'kubectl-label')?.fieldsV1).toEqual({ 'f:metadata': { 'f:labels': { 'f:owner': {} } } });
    expect(await kubectl.fails(['apply', '--server-side', '-f', '-'], { stdin: JSON.stringify(deployment({ replicas: 1 })) })).toContain(
      'conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
  });

  it('refuses fields that there are not, and tries without effect', async () => {
    const typo = { ...config({}), dta: {} };
    expect(await kubectl.fails(['apply', '--server-side', '-f', '-'], { stdin: JSON.stringify(typo) })).toContain('.dta: field not declared in schema');
    expect(await apply(config({ a: '1' }), '--dry-run=server')).toBe('configmap/a serverside-applied (server dry run)\n');
    expect(await kubectl.fails(['get', 'cm', 'a'])).toContain('NotFound');
  });

  it('merges custom objects by their definition', async () => {
    const group = `v${version.replace('.', '-')}.example.com`;
    const hosts = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, ip: { type: 'string' } } } };
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { hosts, tags: { type: 'array', items: { type: 'string' } } } } } } };
    const names = { plural: 'zones', singular: 'zone', kind: 'Zone' };
    await kubectl.send('create', {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `zones.${group}` },
      spec: { group, scope: 'Namespaced', names, versions: [{ name: 'v1', served: true, storage: true, schema }] },
    });
    await kubectl.ok(['wait', '--for=condition=Established', `crd/zones.${group}`, '--timeout=10s']);
    const zone = (spec: object): object => ({ apiVersion: `${group}/v1`, kind: 'Zone', metadata: { name: 'z' }, spec });
    await apply(zone({ hosts: [{ name: 'a', ip: '1' }], tags: ['x'] }), '--field-manager=one');
    await apply(zone({ hosts: [{ name: 'b', ip: '2' }] }), '--field-manager=two');
    expect(await kubectl.jsonpath('{.spec.hosts[*].name} {.spec.tags[*]}', `zones.${group}`, 'z')).toBe('a b x');
    await apply(zone({ tags: ['x'] }), '--field-manager=one');
    expect(await kubectl.jsonpath('{.spec.hosts[*].name}', `zones.${group}`, 'z')).toBe('b');
    await kubectl.ok(['delete', 'crd', `zones.${group}`]);
  });
});
