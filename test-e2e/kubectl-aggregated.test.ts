import { frontProxyFlags, SampleApiServer } from './support/aggregation';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
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
