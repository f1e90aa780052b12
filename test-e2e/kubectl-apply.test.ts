import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KubeJson, Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let server: ServerProcess;
beforeAll(async () => {
  server = await scope.server();
});

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface Container {
  name: string;
  image: string;
  args?: string[];
  env?: { name: string; value: string }[];
}

interface DeploymentJson extends KubeJson {
  readonly spec: { replicas: number; template: { spec: { containers: Container[] } } };
}

function deployment(fields: object, containers: Container[]): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      ...fields,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  };
}

describe.each(KUBECTL_VERSIONS)('kubectl %s apply', (version) => {
  let kubectl: Kubectl;
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  it('creates, then leaves what is the same, then configures', async () => {
    const object = (color: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { color } });
    expect(await kubectl.send('apply', object('red'))).toBe('configmap/a created\n');
    const before = await kubectl.json('cm', 'a');
    expect(await kubectl.send('apply', object('red'))).toBe('configmap/a unchanged\n');
    expect((await kubectl.json('cm', 'a')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(await kubectl.send('apply', object('blue'))).toBe('configmap/a configured\n');
    const after = await kubectl.json('cm', 'a');
    expect(after.data).toEqual({ color: 'blue' });
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(JSON.parse(after.metadata.annotations?.[LAST_APPLIED] ?? '')).toMatchObject({ data: { color: 'blue' } });
  });

  it('merges three ways: takes away what the manifest had, keeps what others set', async () => {
    await kubectl.send(
      'apply',
      deployment({ replicas: 2, minReadySeconds: 5 }, [
        {
          name: 'app',
          image: 'app:1',
          args: ['-v'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
        { name: 'side', image: 'side:1' },
      ]),
    );
    await kubectl.ok(['scale', 'deploy/web', '--replicas=7']);
    await kubectl.ok(['set', 'env', 'deploy/web', '-c', 'app', 'LOCAL=yes']);
    await kubectl.ok(['label', 'deploy', 'web', 'owner=me']);
    expect(await kubectl.send('apply', deployment({}, [{ name: 'app', image: 'app:2', env: [{ name: 'A', value: '1' }] }]))).toBe(
      'deployment.apps/web configured\n',
    );
    const { metadata, spec } = await kubectl.json<DeploymentJson>('deploy', 'web');
    expect(metadata.labels).toEqual({ app: 'web', owner: 'me' });
    expect(spec).not.toHaveProperty('minReadySeconds');
    // A field taken out of the manifest goes back to its default, whoever changed it since.
    expect(spec.replicas).toBe(1);
    const [app, ...others] = spec.template.spec.containers;
    expect(others).toEqual([]);
    expect(app).toMatchObject({ name: 'app', image: 'app:2' });
    expect(app).not.toHaveProperty('args');
    expect(app?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'LOCAL', value: 'yes' },
    ]);
  });

  it('adds its annotation to what was not applied before, with a warning', async () => {
    await kubectl.send('create', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1', y: '2' } });
    const { stdout, stderr } = await kubectl.run(['apply', '-f', '-'], {
      stdin: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '3' } }),
    });
    expect(stdout).toBe('configmap/a configured\n');
    expect(stderr).toContain(`is missing the ${LAST_APPLIED} annotation`);
    expect((await kubectl.json('cm', 'a')).data).toEqual({ x: '3', y: '2' });
    expect(await kubectl.ok(['apply', 'view-last-applied', 'cm/a', '-o', 'json'])).toContain('"x": "3"');
  });

  it('prunes what the manifests do not have any more', async () => {
    const object = (name: string): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: { app: 'pruned' } },
    });
    const prune = ['--prune', '-l', 'app=pruned', '--prune-allowlist=core/v1/ConfigMap'];
    await kubectl.send('apply', [object('a'), object('b')], prune);
    const output = await kubectl.send('apply', [object('a')], prune);
    expect(output).toContain('configmap/a unchanged\n');
    expect(output).toMatch(/configmap\/b pruned/);
    expect(await kubectl.ok(['get', 'cm', '-l', 'app=pruned', '-o', 'name'])).toBe('configmap/a\n');
  });

  it('tells of a dry run what would be, and changes nothing', async () => {
    const object = (color: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { color } });
    expect(await kubectl.send('apply', object('red'), ['--dry-run=server'])).toBe('configmap/a created (server dry run)\n');
    expect(await kubectl.fails(['get', 'cm', 'a'])).toContain('NotFound');
    await kubectl.send('apply', object('red'));
    expect(await kubectl.send('apply', object('blue'), ['--dry-run=server', '-o', 'jsonpath={.data.color}'])).toBe('blue');
    expect(await kubectl.jsonpath('{.data.color}', 'cm', 'a')).toBe('red');
    expect(await kubectl.ok(['delete', 'cm', 'a', '--dry-run=server'])).toMatch(/^configmap "a" deleted.* \(server dry run\)\n$/);
    expect(await kubectl.jsonpath('{.data.color}', 'cm', 'a')).toBe('red');
  });

  it('applies a kustomization (-k), and deletes it', async () => {
    const folder = scope.folder();
    const write = (path: string, text: string): void => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write('base/kustomization.yaml', 'resources: [deployment.yaml, service.yaml]\n');
    write('base/deployment.yaml', JSON.stringify(deployment({ replicas: 1 }, [{ name: 'app', image: 'app:1' }])));
    write(
      'base/service.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n',
    );
    write(
      'prod/kustomization.yaml',
      [
        'namePrefix: prod-',
        'resources: [../base]',
        'labels: [{pairs: {env: prod}}]',
        'images: [{name: app, newTag: "9"}]',
        'replicas: [{name: web, count: 3}]',
        'configMapGenerator: [{name: settings, literals: [color=red]}]',
        `patches: [{target: {kind: Deployment}, patch: '[{"op": "add", "path": "/spec/paused", "value": true}]'}]`,
      ].join('\n'),
    );
    const output = await kubectl.ok(['apply', '-k', join(folder, 'prod')]);
    expect(output).toMatch(
      /^configmap\/prod-settings-[a-z0-9]{10} created\nservice\/prod-web created\ndeployment\.apps\/prod-web created\n$/,
    );
    const { spec, metadata } = await kubectl.json<DeploymentJson>('deploy', 'prod-web');
    expect(spec).toMatchObject({ replicas: 3, paused: true, template: { spec: { containers: [{ image: 'app:9' }] } } });
    expect(metadata.labels).toEqual({ app: 'web', env: 'prod' });
    expect(await kubectl.ok(['apply', '-k', join(folder, 'prod')])).toMatch(/^(\S+ unchanged\n){3}$/);
    await kubectl.ok(['delete', '-k', join(folder, 'prod')]);
    expect(await kubectl.ok(['get', 'deploy,svc,cm', '-l', 'env=prod', '-o', 'name'])).toBe('');
  });
});

describe.each(KUBECTL_VERSIONS)('kubectl %s and what is wrong with an object', (version) => {
  let kubectl: Kubectl;
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });
  const pod = (spec: object): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec });
  const mistyped = pod({ containers: [{ name: 'main', image: 'nginx', imagePullPolice: 'Always' }], nodeNme: 'x' });
  const twice = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}';

  it.each([['create'], ['apply']])('%s refuses unknown fields', async (verb) => {
    const error = await kubectl.fails([verb, '-f', '-'], { stdin: JSON.stringify(mistyped) });
    expect(error).toContain('Error from server (BadRequest)');
    expect(error).toContain('Pod in version "v1" cannot be handled as a Pod: strict decoding error: ');
    expect(error).toContain('unknown field "spec.containers[0].imagePullPolice"');
    expect(error).toContain('unknown field "spec.nodeNme"');
  });

  it('only warns of them with --validate=warn, and says nothing with --validate=ignore', async () => {
    const warned = await kubectl.run(['create', '-f', '-', '--validate=warn'], { stdin: JSON.stringify(mistyped) });
    expect(warned).toMatchObject({ code: 0, stdout: 'pod/web created\n' });
    expect(warned.stderr).toContain('Warning: unknown field "spec.containers[0].imagePullPolice"\n');
    expect(warned.stderr).toContain('Warning: unknown field "spec.nodeNme"\n');
    await kubectl.ok(['delete', 'pod', 'web', '--grace-period=0', '--force']);
    expect(await kubectl.run(['create', '-f', '-', '--validate=ignore'], { stdin: JSON.stringify(mistyped) })).toEqual({
      code: 0,
      stdout: 'pod/web created\n',
      stderr: '',
    });
  });

  it('lists every field that is invalid', async () => {
    const stdin = JSON.stringify(
      pod({ containers: [{ name: 'A', ports: [{ containerPort: 70000 }] }], restartPolicy: 'Sometimes' }),
    );
    const error = await kubectl.fails(['create', '-f', '-'], { stdin });
    expect(error).toContain('The Pod "web" is invalid: \n');
    expect(error).toContain('* spec.containers[0].name: Invalid value: "A": a lowercase RFC 1123 label must consist of');
    expect(error).toContain('* spec.containers[0].image: Required value\n');
    expect(error).toContain(
      '* spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive\n',
    );
    expect(error).toContain(
      '* spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"\n',
    );
  });

  it('says which type is wrong', async () => {
    const error = await kubectl.fails(['create', '-f', '-'], { stdin: JSON.stringify(pod({ containers: 'none' })) });
    expect(error).toContain('cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container');
  });

  it('shows warnings, and takes them for errors with --warnings-as-errors', async () => {
    const object = pod({
      containers: [
        {
          name: 'main',
          image: 'nginx',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
      ],
    });
    const warning =
      'Warning: spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply\n';
    const created = await kubectl.run(['create', '-f', '-'], { stdin: JSON.stringify(object) });
    expect(created).toEqual({ code: 0, stdout: 'pod/web created\n', stderr: warning });
    await kubectl.ok(['delete', 'pod', 'web', '--grace-period=0', '--force']);
    const refused = await kubectl.run(['create', '-f', '-', '--warnings-as-errors'], { stdin: JSON.stringify(object) });
    expect(refused).toEqual({ code: 1, stdout: 'pod/web created\n', stderr: `${warning}error: 1 warning received\n` });
  });

  it('refuses duplicate fields', async () => {
    // kubectl itself reads its manifests leniently; so the bytes are sent as they are.
    const error = await kubectl.fails(
      ['create', '--raw', `/api/v1/namespaces/${kubectl.namespace}/configmaps?fieldValidation=Strict`, '-f', '-'],
      {
        stdin: twice,
      },
    );
    expect(error).toContain('strict decoding error: duplicate field "data.x"');
  });
});
