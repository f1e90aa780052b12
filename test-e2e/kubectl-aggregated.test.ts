import { join } from 'node:path';
import { frontProxyFlags, SampleApiServer } from './support/aggregation';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { RunningProgram } from './support/process';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
const APISERVICE = 'apiservice/v1alpha1.wardle.example.com';
const FLUNDER = { apiVersion: 'wardle.example.com/v1alpha1', kind: 'Flunder', metadata: { name: 'one', labels: { color: 'red' } }, spec: { reference: 'x' } };

describe.each(KUBECTL_VERSIONS)('an extension API server with kubectl %s', (version) => {
  let server: ServerProcess;
  let kubectl: Kubectl;
  let sample: SampleApiServer;

  beforeAll(async () => {
    const folder = scope.folder();
    server = await scope.server({ args: frontProxyFlags(folder) });
    kubectl = new Kubectl(version, server, await scope.namespace(server));
    await kubectl.ok(['create', 'namespace', 'sample-system']);
    sample = new SampleApiServer(server, folder);
    scope.running(await sample.start());
    await kubectl.in('sample-system').send('create', sample.objects());
    await available('True');
  });

  afterAll(() => sample.kill());

  const available = (status: string): Promise<string> => kubectl.ok(['wait', `--for=condition=Available=${status}`, APISERVICE, '--timeout=60s']);

  it('serves its resources as if they were the cluster’s own', async () => {
    expect(await kubectl.ok(['get', APISERVICE])).toMatch(/v1alpha1\.wardle\.example\.com +sample-system\/sample-api +True/);
    expect(await kubectl.ok(['api-resources', '--api-group=wardle.example.com'])).toMatch(/flunders +fl +wardle\.example\.com\/v1alpha1 +true +Flunder/);
    expect(await kubectl.ok(['api-versions'])).toContain('wardle.example.com/v1alpha1');
    expect(await kubectl.ok(['explain', 'flunders.spec.reference'])).toContain('A name of another Flunder.');
    expect(await kubectl.send('create', FLUNDER, ['--validate=false'])).toBe('flunder.wardle.example.com/one created\n');
    expect(await kubectl.fails(['create', '--validate=false', '-f', '-'], { stdin: JSON.stringify(FLUNDER) })).toContain('flunders.wardle.example.com "one" already exists');
    expect(await kubectl.ok(['get', 'fl'])).toMatch(/^NAME +AGE\none +\d+s\n$/);
    expect(await kubectl.json('flunder', 'one')).toMatchObject({ spec: { reference: 'x' } });
    expect(await kubectl.ok(['patch', 'flunder', 'one', '--type=merge', '-p', '{"spec":{"reference":"y"}}'])).toContain('patched');
    expect(await kubectl.ok(['label', 'flunder', 'one', 'size=2'])).toContain('labeled');
    expect(await kubectl.ok(['get', 'flunders', '-A', '-l', 'color=red', '-o', 'name'])).toBe('flunder.wardle.example.com/one\n');
  });

  it('is watched through the API server', async () => {
    const watch = scope.running(kubectl.start(['get', 'flunders', '--watch', '-o', 'jsonpath={.metadata.name} {.spec.reference}{"\\n"}']));
    await watch.waitFor(/one y/);
    await kubectl.ok(['patch', 'flunder', 'one', '--type=merge', '-p', '{"spec":{"reference":"z"}}']);
    await watch.waitFor(/one z/);
    await watch.kill();
  });

  it('asks the API server what a client may do', async () => {
    await kubectl.ok(['create', 'role', 'reader', '--verb=get,list', '--resource=flunders.wardle.example.com']);
    await kubectl.ok(['create', 'rolebinding', 'reader', '--role=reader', '--user=jane']);
    expect(await kubectl.ok(['get', 'flunder', 'one', '-o', 'name', '--as=jane'])).toBe('flunder.wardle.example.com/one\n');
    expect(await kubectl.fails(['delete', 'flunder', 'one', '--as=jane'])).toContain('is forbidden: User "jane" cannot delete resource "flunders"');
  });

  it('is not available while it is killed, and is again when it is back', async () => {
    await sample.kill();
    await available('False');
    expect(await kubectl.jsonpath('{.status.conditions[0].reason}', APISERVICE)).toBe('FailedDiscoveryCheck');
    expect(await kubectl.fails(['get', 'flunders.v1alpha1.wardle.example.com'])).toMatch(/the server is currently unable to handle the request|couldn't get resource list|the server doesn't have a resource type/);
    // All else goes on as it was.
    expect(await kubectl.ok(['get', 'namespaces', '-o', 'name'])).toContain('namespace/default');
    scope.running(await sample.start());
    await available('True');
    expect(await kubectl.ok(['get', 'flunders'], {})).toBe('');
    expect(await kubectl.send('create', FLUNDER, ['--validate=false'])).toContain('created');
    expect(await kubectl.ok(['delete', 'flunder', 'one'])).toContain('"one" deleted');
  });

  it('goes with its API service', async () => {
    await kubectl.ok(['delete', APISERVICE]);
    expect(await kubectl.ok(['api-versions'])).not.toContain('wardle.example.com');
  });
});

describe('an extension API server and controllers', () => {
  it('has its objects collected, and deleted with their namespace, which waits for it while it is away', async () => {
    const folder = scope.folder();
    const server = await scope.server({ args: frontProxyFlags(folder) });
    const kubectl = new Kubectl('1.35', server, await scope.namespace(server));
    await kubectl.ok(['create', 'namespace', 'sample-system']);
    const sample = new SampleApiServer(server, folder);
    scope.running(await sample.start());
    await kubectl.in('sample-system').send('create', sample.objects());
    await kubectl.ok(['wait', '--for=condition=Available', APISERVICE, '--timeout=60s']);
    const binary = join(__dirname, '../packages/controller-manager/bin/kube-controller-manager.js');
    const flags = [`--kubeconfig=${server.kubeconfig}`, '--controllers=namespace-controller,garbage-collector-controller', '--leader-elect=false', '--secure-port=0'];
    scope.running(new RunningProgram(process.execPath, [binary, ...flags]));

    await kubectl.send('create', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } });
    const { uid } = (await kubectl.json('cm', 'owner')).metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    await kubectl.send('create', { ...FLUNDER, metadata: { name: 'owned', ownerReferences } }, ['--validate=false']);
    await kubectl.ok(['delete', 'cm', 'owner']);
    await kubectl.ok(['wait', '--for=delete', 'flunder/owned', '--timeout=60s']);

    await kubectl.send('create', FLUNDER, ['--validate=false']);
    sample.pause();
    await kubectl.ok(['wait', '--for=condition=Available=False', APISERVICE, '--timeout=90s']);
    await kubectl.ok(['delete', 'namespace', kubectl.namespace, '--wait=false']);
    await kubectl.ok(['wait', '--for=condition=NamespaceDeletionDiscoveryFailure', `namespace/${kubectl.namespace}`, '--timeout=60s']);
    sample.resume();
    await kubectl.ok(['wait', '--for=delete', `namespace/${kubectl.namespace}`, '--timeout=90s']);
    expect(await kubectl.ok(['get', 'flunders', '-A', '-o', 'name'])).toBe('');
    await sample.kill();
  });
});
