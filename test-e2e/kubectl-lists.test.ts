import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
const MANY = 1_250;
let server: ServerProcess;

/** Creates config maps `many-0000` and so on, several at a time. */
async function createMany(namespace: string): Promise<void> {
  const numbers = Array.from({ length: MANY }, (_, number) => number).values();
  const worker = async (): Promise<void> => {
    for (const number of numbers) {
      const name = `many-${String(number).padStart(4, '0')}`;
      const metadata = { name, labels: { parity: number % 2 ? 'odd' : 'even' } };
      await server.client.post(`/api/v1/namespaces/${namespace}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

let full: string;
beforeAll(async () => {
  server = await scope.server();
  full = await scope.namespace(server);
  await createMany(full);
});

function pod(name: string, labels: Record<string, string> = {}, spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
  };
}

describe.each(KUBECTL_VERSIONS)('kubectl %s on long lists', (version) => {
  let kubectl: Kubectl;
  beforeAll(() => {
    kubectl = new Kubectl(version, server, full);
  });

  const names = (text: string): string[] => text.trim().split('\n');

  it.each([['0'], ['100'], ['500'], ['1250'], ['5000']])('gives every object once with --chunk-size=%s', async (size) => {
    const found = names(await kubectl.ok(['get', 'cm', '-o', 'name', `--chunk-size=${size}`]));
    expect(found).toHaveLength(MANY);
    expect(new Set(found).size).toBe(MANY);
    expect(found).toEqual([...found].sort());
  });

  it('asks for pages', async () => {
    const { stdout, stderr } = await kubectl.run(['get', 'cm', '--no-headers', '--chunk-size=500', '-v=8']);
    expect(names(stdout)).toHaveLength(MANY);
    expect(new Set(stderr.match(/configmaps\?(continue=[^&\s"]+&)?limit=500/g))).toHaveProperty('size', 3);
  });

  it('pages within a selection', async () => {
    expect(names(await kubectl.ok(['get', 'cm', '-l', 'parity=odd', '-o', 'name', '--chunk-size=100']))).toHaveLength(MANY / 2);
  });

  it('sorts', async () => {
    const sorted = names(await kubectl.ok(['get', 'cm', '--sort-by={.metadata.name}', '-o', 'name']));
    expect(sorted[0]).toBe('configmap/many-0000');
    expect(sorted.at(-1)).toBe('configmap/many-1249');
  });
});

describe.each(KUBECTL_VERSIONS)('kubectl %s selects', (version) => {
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
    await kubectl.send('create', [
      pod('a', { app: 'web', tier: 'front' }, { nodeName: 'n1' }),
      pod('b', { app: 'web', tier: 'back' }, { nodeName: 'n2' }),
      pod('c', { app: 'db' }),
    ]);
  });

  const cases: [string[], string[]][] = [
    [
      ['-l', 'app=web'],
      ['a', 'b'],
    ],
    [['-l', 'app==web,tier!=back'], ['a']],
    [['-l', 'app!=web'], ['c']],
    [
      ['-l', 'app in (web, db),tier'],
      ['a', 'b'],
    ],
    [
      ['-l', 'tier notin (front)'],
      ['b', 'c'],
    ],
    [['-l', '!tier'], ['c']],
    [['--field-selector', 'metadata.name=b'], ['b']],
    [
      ['--field-selector', 'metadata.name!=b,status.phase=Pending'],
      ['a', 'c'],
    ],
    [['--field-selector', 'spec.nodeName=n1'], ['a']],
    [['--field-selector', 'spec.nodeName='], ['c']],
    [['--field-selector', 'spec.restartPolicy=Always', '-l', 'app=db'], ['c']],
    [['-l', 'app=none'], []],
  ];
  it.each(cases)('%j', async (args, expected) => {
    const found = await kubectl.ok(['get', 'pods', ...args, '-o', 'jsonpath={.items[*].metadata.name}']);
    expect(found.split(' ').filter(Boolean)).toEqual(expected);
  });

  it('refuses selectors that it does not know', async () => {
    expect(await kubectl.fails(['get', 'pods', '--field-selector', 'spec.hostname=x'])).toContain(
      'field label not supported: spec.hostname',
    );
    expect(await kubectl.fails(['get', 'pods', '-l', 'app in web'])).toContain('unable to parse requirement');
  });

  it('watches only what is selected: what begins to match is added, what ends to is deleted', async () => {
    const watch = scope.running(
      kubectl.start([
        'get',
        'pods',
        '-l',
        'color=red',
        '--watch-only',
        '--output-watch-events',
        '-v=9',
        '-o',
        'jsonpath={.type} {.object.metadata.name}{"\\n"}',
      ]),
    );
    await watch.waitFor(/watch=true[^\n]*\b200 OK/);
    await kubectl.ok(['label', 'pod', 'c', 'other=1']);
    await kubectl.ok(['label', 'pod', 'c', 'color=red']);
    await watch.waitFor(/^ADDED c$/m);
    await kubectl.ok(['label', 'pod', 'c', 'other-']);
    await watch.waitFor(/^MODIFIED c$/m);
    await kubectl.ok(['label', 'pod', 'c', 'color-']);
    await watch.waitFor(/^DELETED c$/m);
    expect(watch.stdout).toBe('ADDED c\nMODIFIED c\nDELETED c\n');
    await watch.kill();
  });
});

describe.each(KUBECTL_VERSIONS)('kubectl %s on several objects', (version) => {
  let kubectl: Kubectl;
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  it('gets all', async () => {
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
    const apps = (kind: string): object => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: labels }, template },
    });
    await kubectl.send('create', [
      pod('web'),
      apps('Deployment'),
      apps('ReplicaSet'),
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } },
    ]);
    expect(await kubectl.ok(['get', 'all', '-o', 'name'])).toBe(
      'pod/web\nservice/web\ndeployment.apps/web\nreplicaset.apps/web\n',
    );
    expect(await kubectl.ok(['get', 'all'])).toMatch(
      /^NAME +READY +STATUS[^]*\n\nNAME +TYPE +CLUSTER-IP[^]*\n\nNAME +READY +UP-TO-DATE[^]*\n\nNAME +DESIRED +CURRENT/,
    );
    expect(await kubectl.ok(['get', 'pods', '-A', '-o', 'name', '-l', '!none'])).toContain('pod/web\n');
  });

  it('deletes all, and by selector', async () => {
    const configMap = (name: string, labels = {}): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels },
    });
    await kubectl.send('create', [configMap('a'), configMap('b', { keep: 'no' }), configMap('c')]);
    expect(await kubectl.ok(['delete', 'cm', '-l', 'keep=no'])).toMatch(/^configmap "b" deleted.*\n$/);
    expect(await kubectl.ok(['delete', 'cm', '--all'])).toMatch(/^configmap "a" deleted.*\nconfigmap "c" deleted.*\n$/);
    expect(await kubectl.run(['get', 'cm', '-o', 'name'])).toMatchObject({ code: 0, stdout: '' });
    expect(await kubectl.ok(['delete', 'cm', 'a', '--ignore-not-found'])).toBe('');
    expect(await kubectl.fails(['delete', 'cm', 'a'])).toBe('Error from server (NotFound): configmaps "a" not found\n');
  });

  const cascades: [string, string][] = [
    ['orphan', '["orphan"]'],
    ['foreground', '["foregroundDeletion"]'],
  ];
  it.each(cascades)('leaves --cascade=%s to the garbage collector by a finalizer', async (policy, finalizers) => {
    const spec = {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
    };
    await kubectl.send('create', { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web' }, spec });
    await kubectl.ok(['delete', 'rs', 'web', `--cascade=${policy}`, '--wait=false']);
    expect(await kubectl.jsonpath('{.metadata.finalizers}', 'rs', 'web')).toBe(finalizers);
    expect(await kubectl.jsonpath('{.metadata.deletionTimestamp}', 'rs', 'web')).toMatch(/^\d{4}-/);
    await kubectl.ok(['patch', 'rs', 'web', '--type=json', '-p', '[{"op":"remove","path":"/metadata/finalizers"}]']);
    expect(await kubectl.fails(['get', 'rs', 'web'])).toContain('NotFound');
  });

  it('keeps an object until its finalizers are gone', async () => {
    await kubectl.send('create', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', finalizers: ['example.com/wait'] },
    });
    const deletion = scope.running(kubectl.start(['delete', 'cm', 'a', '-v=9']));
    await deletion.waitFor(/watch=true[^\n]*\b200 OK/);
    expect(await kubectl.jsonpath('{.metadata.deletionTimestamp}', 'cm', 'a')).not.toBe('');
    await kubectl.ok(['patch', 'cm', 'a', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    expect(await deletion.exit).toBe(0);
    expect(await kubectl.fails(['get', 'cm', 'a'])).toContain('NotFound');
  });

  it('goes on after a failure and tells of all', async () => {
    const { code, stdout, stderr } = await kubectl.run(['create', '-f', '-'], {
      stdin: JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
          { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'B' } },
          { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
        ],
      }),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'configmap/a created\nconfigmap/c created\n' });
    expect(stderr).toContain('The ConfigMap "B" is invalid');
  });
});
