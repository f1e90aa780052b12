import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let server: ServerProcess;
beforeAll(async () => {
  server = await scope.server();
});

/** What kubectl logs with -v=9 when its watch has begun. */
const WATCHING = /watch=true[^\n]*\b200 OK/;

const configMap = (name: string, data: Record<string, string> = { color: 'red' }): object => {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
};

const pod = (name: string): object => {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } };
};

/** An editor for `kubectl edit` that replaces one text by another. */
function editor(from: string, to: string): { EDITOR: string } {
  const path = join(scope.folder(), 'editor.sh');
  writeFileSync(path, `#!/bin/sh\nsed -i 's/${from}/${to}/' "$1"\n`, { mode: 0o755 });
  return { EDITOR: path };
}

describe.each(KUBECTL_VERSIONS)('kubectl %s on single objects', (version) => {
  let kubectl: Kubectl;
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  it('creates, gets and deletes', async () => {
    expect(await kubectl.send('create', configMap('a'))).toBe('configmap/a created\n');
    expect(await kubectl.ok(['get', 'cm', 'a'])).toMatch(/^NAME +DATA +AGE\na +1 +\d+s\n$/);
    expect(await kubectl.json('cm', 'a')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { color: 'red' } });
    expect(await kubectl.ok(['delete', 'cm', 'a'])).toMatch(/^configmap "a" deleted/);
    expect(await kubectl.fails(['get', 'cm', 'a'])).toBe('Error from server (NotFound): configmaps "a" not found\n');
  });

  it('says why it cannot create', async () => {
    await kubectl.send('create', configMap('a'));
    const create = ['create', '-f', '-'];
    expect(await kubectl.fails(create, { stdin: JSON.stringify(configMap('a')) })).toBe(
      'Error from server (AlreadyExists): error when creating "STDIN": configmaps "a" already exists\n',
    );
    expect(await kubectl.fails(create, { stdin: JSON.stringify(configMap('A_')) })).toContain(
      'The ConfigMap "A_" is invalid: metadata.name: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of',
    );
    const lost = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'missing' } };
    expect(await new Kubectl(version, server, 'missing').fails(create, { stdin: JSON.stringify(lost) })).toBe(
      'Error from server (NotFound): error when creating "STDIN": namespaces "missing" not found\n',
    );
  });

  it('generates names', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'part-' } };
    expect(await kubectl.send('create', object)).toMatch(/^configmap\/part-[bcdfghjklmnpqrstvwxz2456789]{5} created\n$/);
  });

  it('describes', async () => {
    await kubectl.send('create', pod('web'));
    const text = await kubectl.ok(['describe', 'pod', 'web']);
    expect(text).toMatch(/^Name: +web$/m);
    expect(text).toMatch(/^ +Image: +nginx:1\.27$/m);
    expect(text).toMatch(/^Status: +Pending$/m);
    expect(text).toMatch(/^QoS Class: +BestEffort$/m);
    expect(text).toMatch(/^Events: +<none>$/m);
  });

  it('edits', async () => {
    await kubectl.send('create', configMap('a'));
    expect(await kubectl.ok(['edit', 'cm', 'a'], { env: editor('red', 'blue') })).toBe('configmap/a edited\n');
    expect(await kubectl.jsonpath('{.data.color}', 'cm', 'a')).toBe('blue');
    const { stderr } = await kubectl.run(['edit', 'cm', 'a'], { env: editor('blue', 'blue') });
    expect(stderr).toContain('Edit cancelled, no changes made');
  });

  it('labels and annotates', async () => {
    await kubectl.send('create', [configMap('a'), configMap('b')]);
    expect(await kubectl.ok(['label', 'cm', 'a', 'tier=front'])).toBe('configmap/a labeled\n');
    expect(await kubectl.fails(['label', 'cm', 'a', 'tier=back'])).toContain(
      "'tier' already has a value (front), and --overwrite is false",
    );
    await kubectl.ok(['label', 'cm', 'a', 'tier=back', '--overwrite']);
    expect(await kubectl.ok(['get', 'cm', '-l', 'tier=back', '-o', 'name'])).toBe('configmap/a\n');
    await kubectl.ok(['label', 'cm', 'a', 'tier-']);
    expect(await kubectl.ok(['get', 'cm', '-l', 'tier', '-o', 'name'])).toBe('');
    expect(await kubectl.ok(['annotate', 'cm', '--all', 'note=hello world'])).toMatch(
      /^configmap\/a annotated?\nconfigmap\/b annotated?\n$/,
    );
    expect(await kubectl.jsonpath('{.metadata.annotations.note}', 'cm', 'b')).toBe('hello world');
    await kubectl.ok(['annotate', 'cm', 'a', 'note-']);
    expect(await kubectl.jsonpath('{.metadata.annotations}', 'cm', 'a')).toBe('');
    expect(await kubectl.fails(['label', 'cm', 'a', 'x/y/z=1'])).toContain('x/y/z');
  });

  const patches: [string, object | object[], string][] = [
    ['strategic', { spec: { containers: [{ name: 'main', image: 'nginx:1.28' }] } }, 'nginx:1.28'],
    ['merge', { spec: { containers: [{ name: 'main', image: 'nginx:1.29' }] } }, 'nginx:1.29'],
    [
      'json',
      [
        { op: 'test', path: '/spec/containers/0/name', value: 'main' },
        { op: 'replace', path: '/spec/containers/0/image', value: 'nginx:1.30' },
      ],
      'nginx:1.30',
    ],
  ];
  it.each(patches)('patches (%s)', async (type, patch, image) => {
    await kubectl.send('create', pod('web'));
    expect(await kubectl.ok(['patch', 'pod', 'web', `--type=${type}`, '-p', JSON.stringify(patch)])).toBe('pod/web patched\n');
    expect(await kubectl.jsonpath('{.spec.containers[*].image}', 'pod', 'web')).toBe(image);
    expect(await kubectl.jsonpath('{.spec.containers[0].terminationMessagePath}', 'pod', 'web')).toBe('/dev/termination-log');
    expect(await kubectl.ok(['patch', 'pod', 'web', `--type=${type}`, '-p', JSON.stringify(patch)])).toBe(
      'pod/web patched (no change)\n',
    );
  });

  it('merges lists by key in a strategic patch, and refuses what a pod must not change', async () => {
    await kubectl.send('create', pod('web'));
    const second = { spec: { containers: [{ name: 'side', image: 'busybox' }] } };
    expect(await kubectl.fails(['patch', 'pod', 'web', '-p', JSON.stringify(second)])).toContain(
      'The Pod "web" is invalid: spec.containers: Forbidden: pod updates may not add or remove containers',
    );
    const priority = { spec: { hostNetwork: true } };
    expect(await kubectl.fails(['patch', 'pod', 'web', '-p', JSON.stringify(priority)])).toContain(
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
    );
  });

  it('refuses a broken JSON patch', async () => {
    await kubectl.send('create', configMap('a'));
    const patch = JSON.stringify([{ op: 'remove', path: '/data/none' }]);
    expect(await kubectl.fails(['patch', 'cm', 'a', '--type=json', '-p', patch])).toContain('The request is invalid');
  });

  it('replaces, and only the version it read', async () => {
    await kubectl.send('create', configMap('a'));
    const read = await kubectl.json('cm', 'a');
    expect(await kubectl.send('replace', { ...read, data: { color: 'green' } })).toBe('configmap/a replaced\n');
    expect(await kubectl.jsonpath('{.data.color}', 'cm', 'a')).toBe('green');
    expect(
      await kubectl.fails(['replace', '-f', '-'], { stdin: JSON.stringify({ ...read, data: { color: 'blue' } }) }),
    ).toContain(
      'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "a": ' +
        'the object has been modified; please apply your changes to the latest version and try again',
    );
    expect(await kubectl.send('replace', configMap('a', { forced: 'yes' }), ['--force'])).toMatch(
      /configmap "a" deleted.*\nconfigmap\/a replaced\n$/,
    );
  });

  it('shows differences and changes nothing', async () => {
    await kubectl.send('apply', configMap('a'));
    const { code, stdout } = await kubectl.run(['diff', '-f', '-'], { stdin: JSON.stringify(configMap('a', { color: 'blue' })) });
    expect(code).toBe(1);
    expect(stdout).toContain('-  color: red\n+  color: blue\n');
    const same = await kubectl.run(['diff', '-f', '-'], { stdin: JSON.stringify(configMap('a')) });
    expect(same).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await kubectl.jsonpath('{.data.color}', 'cm', 'a')).toBe('red');
  });

  it('waits for conditions, fields and deletion', async () => {
    await kubectl.send('create', [pod('web'), configMap('a')]);
    const waiting = scope.running(kubectl.start(['wait', 'pod/web', '--for=condition=Ready', '--timeout=120s', '-v=9']));
    await waiting.waitFor(WATCHING);
    await kubectl.ok([
      'patch',
      'pod',
      'web',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}',
    ]);
    await waiting.waitFor(/pod\/web condition met/);
    expect(await waiting.exit).toBe(0);
    expect(await kubectl.ok(['wait', 'pod/web', '--for=jsonpath={.status.phase}=Pending', '--timeout=120s'])).toBe(
      'pod/web condition met\n',
    );
    const deletion = scope.running(kubectl.start(['wait', 'cm/a', '--for=delete', '--timeout=120s', '-v=9']));
    await deletion.waitFor(WATCHING);
    await kubectl.ok(['delete', 'cm', 'a']);
    expect(await deletion.exit).toBe(0);
    expect(await kubectl.fails(['wait', 'pod/web', '--for=condition=Initialized', '--timeout=0s'])).toMatch(
      /timed out waiting for the condition on pods\/web|condition not met for pods\/web/,
    );
  });

  it('watches: a change arrives', async () => {
    await kubectl.send('create', configMap('a'));
    const watch = scope.running(kubectl.start(['get', 'cm', '-w', '-o', 'jsonpath={.metadata.name}={.data.color}{"\\n"}']));
    await watch.waitFor(/^a=red$/m);
    await kubectl.ok(['patch', 'cm', 'a', '-p', '{"data":{"color":"blue"}}']);
    await watch.waitFor(/^a=blue$/m);
    await kubectl.send('create', configMap('b', { color: 'new' }));
    await watch.waitFor(/^b=new$/m);
    await watch.kill();
    const table = scope.running(kubectl.start(['get', 'cm', '--watch-only', '--output-watch-events', '-v=9']));
    await table.waitFor(WATCHING);
    await kubectl.ok(['delete', 'cm', 'b']);
    await table.waitFor(/^DELETED +b +1 +\d+s$/m);
    expect(table.stdout).toMatch(/^EVENT +NAME +DATA +AGE$/m);
    expect(table.stdout).not.toMatch(/ a /);
    await table.kill();
  });
});

describe.each(KUBECTL_VERSIONS)('kubectl %s on the API itself', (version) => {
  let kubectl: Kubectl;
  beforeAll(() => {
    kubectl = new Kubectl(version, server);
  });

  it('knows the version', async () => {
    const { serverVersion } = JSON.parse(await kubectl.ok(['version', '-o', 'json']));
    expect(serverVersion).toMatchObject({ major: '1', minor: '36' });
    expect(serverVersion.gitVersion).toMatch(/^v1\.36\./);
  });

  it('lists the API versions', async () => {
    const versions = (await kubectl.ok(['api-versions'])).trim().split('\n');
    expect(versions).toEqual(
      expect.arrayContaining(['v1', 'apps/v1', 'autoscaling/v1', 'autoscaling/v2', 'batch/v1', 'resource.k8s.io/v1']),
    );
    expect(versions.filter((name) => /alpha|beta/.test(name))).toEqual([]);
  });

  it('lists the resources', async () => {
    const text = await kubectl.ok(['api-resources', '-o', 'wide']);
    expect(text).toMatch(/^pods +po +v1 +true +Pod +create,delete,deletecollection,get,list,patch,update,watch +all *$/m);
    expect(text).toMatch(/^namespaces +ns +v1 +false +Namespace +create,delete,get,list,patch,update,watch *$/m);
    expect(await kubectl.ok(['api-resources', '--api-group=apps', '--namespaced', '-o', 'name'])).toBe(
      'controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps\n',
    );
  });

  const explained: [string[], RegExp[]][] = [
    [
      ['pod.spec.containers.livenessProbe'],
      [/^KIND: +Pod$/m, /^VERSION: +v1$/m, /initialDelaySeconds\s+<integer>/, /DESCRIPTION:\n\s+\S/],
    ],
    [
      ['deployments'],
      [/^GROUP: +apps$/m, /^KIND: +Deployment$/m, /Deployment enables declarative updates for Pods and ReplicaSets/],
    ],
    [['hpa', '--api-version=autoscaling/v1'], [/targetCPUUtilizationPercentage|HorizontalPodAutoscalerSpec/]],
    [
      ['cm', '--recursive'],
      [/binaryData\s+<map\[string\]string>/, /ownerReferences\s+<\[\]OwnerReference>/],
    ],
  ];
  it.each(explained)('explains %j', async (args, patterns) => {
    const text = await kubectl.ok(['explain', ...args]);
    for (const pattern of patterns) expect(text).toMatch(pattern);
  });

  it('cannot explain what does not exist', async () => {
    expect(await kubectl.fails(['explain', 'pod.spec.nothing'])).toContain('field "nothing" does not exist');
  });

  it('has no resource of a wrong name', async () => {
    expect(await kubectl.fails(['get', 'widgets'])).toBe('error: the server doesn\'t have a resource type "widgets"\n');
  });
});
