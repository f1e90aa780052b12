import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificate, certificates } from './support/certificates';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { runProgram, RunningProgram } from './support/process';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
const CRD = 'crd/certificates.certs.example.com';

describe.each(KUBECTL_VERSIONS)('custom resources with kubectl %s', (version) => {
  let server: ServerProcess;
  let kubectl: Kubectl;
  beforeAll(async () => {
    server = await scope.server();
  });
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  it('defines, creates, explains, patches, edits, scales, deletes', async () => {
    expect(await kubectl.send('apply', certificates)).toContain('certificates.certs.example.com created');
    expect(await kubectl.ok(['wait', '--for=condition=Established', CRD, '--timeout=10s'])).toContain('condition met');
    expect(await kubectl.send('apply', certificates)).toContain('unchanged');

    expect(await kubectl.send('apply', certificate({ secretName: 'key', template: { any: [1] } }))).toBe('certificate.certs.example.com/web created\n');
    expect(await kubectl.send('apply', certificate({ secretName: 'key', template: { any: [1] } }))).toContain('unchanged');
    expect(await kubectl.json('crt', 'web')).toMatchObject({ apiVersion: 'certs.example.com/v1', spec: { secretName: 'key', copies: 1, template: { any: [1] } } });
    expect(await kubectl.ok(['get', 'certificates'])).toMatch(/^NAME +READY +SECRET +AGE\nweb +key +\d+s\n$/);
    expect(await kubectl.ok(['get', 'all', '-o', 'name'])).toBe('certificate.certs.example.com/web\n');
    expect(await kubectl.ok(['describe', 'crt', 'web'])).toContain('Secret Name:  key');

    const explained = await kubectl.ok(['explain', 'certificates.spec.secretName']);
    expect(explained).toContain('Name of the Secret that will hold the key.');
    expect(await kubectl.ok(['explain', 'crt'])).toContain('A Certificate resource ensures');
    expect(await kubectl.ok(['api-resources', '--api-group=certs.example.com'])).toMatch(/certificates +crt +certs\.example\.com\/v1 +true +Certificate/);
    expect(await kubectl.ok(['api-versions'])).toContain('certs.example.com/v1beta1');

    expect(await kubectl.fails(['apply', '-f', '-'], { stdin: JSON.stringify(certificate({ secretName: 1 })) })).toContain(
      'spec.secretName: Invalid value: "integer": spec.secretName in body must be of type string: "integer"',
    );
    expect(await kubectl.fails(['apply', '-f', '-'], { stdin: JSON.stringify(certificate({ secretName: 'key', typo: 1 })) })).toContain(
      'unknown field "spec.typo"',
    );
    expect(await kubectl.ok(['patch', 'crt', 'web', '--type=merge', '-p', '{"spec":{"usages":["server auth"]}}'])).toContain('patched');
    expect(await kubectl.ok(['patch', 'crt', 'web', '--type=json', '-p', '[{"op":"add","path":"/spec/duration","value":"1h"}]'])).toContain('patched');
    const status = '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}';
    expect(await kubectl.ok(['patch', 'crt', 'web', '--subresource=status', '--type=merge', '-p', status])).toContain('patched');
    expect(await kubectl.ok(['get', 'crt', '-o', 'wide'])).toMatch(/web +True +key +\["server auth"\]/);
    expect(await kubectl.ok(['wait', '--for=condition=Ready', 'crt/web', '--timeout=5s'])).toContain('condition met');
    expect(await kubectl.ok(['edit', 'crt', 'web'], { env: { EDITOR: 'sed -i s/1h/2h/' } })).toContain('edited');
    expect(await kubectl.jsonpath('{.spec.duration}', 'crt', 'web')).toBe('2h');
    expect(await kubectl.ok(['scale', 'crt/web', '--replicas=3'])).toContain('scaled');
    expect(await kubectl.jsonpath('{.spec.copies} {.metadata.generation}', 'crt', 'web')).toBe('3 5');
    expect(await kubectl.ok(['label', 'crt', 'web', 'a=b'])).toContain('labeled');

    const old = await kubectl.run(['get', 'certificates.v1beta1.certs.example.com', 'web', '-o', 'jsonpath={.apiVersion}']);
    expect(old).toMatchObject({ code: 0, stdout: 'certs.example.com/v1beta1', stderr: 'Warning: use certs.example.com/v1\n' });
    expect(await kubectl.ok(['delete', 'crt', 'web'])).toContain('"web" deleted');

    await kubectl.send('create', certificate({ secretName: 'a' }, 'last'));
    expect(await kubectl.ok(['delete', CRD, '--timeout=20s'])).toContain('deleted');
    expect(await kubectl.fails(['get', 'crt'])).toMatch(/could not find the requested resource|doesn't have a resource type/);
    await kubectl.send('create', certificates);
    await kubectl.ok(['wait', '--for=condition=Established', CRD, '--timeout=10s']);
    expect(await kubectl.ok(['get', 'crt', '-A', '-o', 'name'])).toBe('');
    await kubectl.ok(['delete', CRD]);
  });

  it('installs a chart that brings its definitions', async () => {
    const [chart, home] = [scope.folder(), scope.folder()];
    mkdirSync(join(chart, 'templates'));
    mkdirSync(join(chart, 'crds'));
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: certs\nversion: 1.0.0\n');
    writeFileSync(join(chart, 'crds/certificates.yaml'), JSON.stringify(certificates));
    const object = { ...certificate({ secretName: 'from-chart' }), metadata: { name: '{{ .Release.Name }}' } };
    writeFileSync(join(chart, 'templates/certificate.yaml'), JSON.stringify(object));
    const helm = async (...args: string[]): Promise<string> => {
      const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: server.kubeconfig };
      const file = join(__dirname, '../.cache/clients', version, 'helm');
      const { code, stdout, stderr } = await runProgram(file, [...args, '--namespace', kubectl.namespace], { env });
      expect({ args, code, stderr }).toMatchObject({ args, code: 0 });
      return stdout;
    };
    expect(await helm('install', 'first', chart)).toContain('STATUS: deployed');
    expect(await kubectl.jsonpath('{.spec.secretName}', 'crt', 'first')).toBe('from-chart');
    await helm('uninstall', 'first');
    expect(await kubectl.ok(['get', 'crt', '-o', 'name'])).toBe('');
    await kubectl.ok(['delete', CRD]);
  });
});

describe('custom resources and crashes', () => {
  it('are there again after a kill, and go on being deleted', async () => {
    const server = await scope.server();
    const kubectl = new Kubectl('1.35', server);
    await server.client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }).catch(() => undefined);
    await kubectl.send('create', certificates);
    await kubectl.ok(['wait', '--for=condition=Established', CRD, '--timeout=10s']);
    await kubectl.send('create', certificate({ secretName: 'a' }));
    await server.kill();

    const second = await scope.server({ dataDir: server.dataDir });
    const again = new Kubectl('1.35', second);
    expect(await again.jsonpath('{.spec.copies}', 'crt', 'web')).toBe('1');
    await again.ok(['patch', 'crt', 'web', '--type=merge', '-p', '{"metadata":{"finalizers":["example.com/hold"]}}']);
    await again.ok(['delete', CRD, '--wait=false']);
    await second.kill();

    const third = await scope.server({ dataDir: server.dataDir });
    const last = new Kubectl('1.35', third);
    expect(await last.jsonpath('{.metadata.deletionTimestamp}', 'crt', 'web').then((time) => time !== '')).toBe(true);
    await last.ok(['patch', 'crt', 'web', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    await last.ok(['wait', '--for=delete', CRD, '--timeout=20s']);
  });
});

describe('custom resources and controllers', () => {
  it('go with their namespace, and with their owners', async () => {
    const server = await scope.server();
    const binary = join(__dirname, '../packages/controller-manager/bin/kube-controller-manager.js');
    const flags = [`--kubeconfig=${server.kubeconfig}`, '--controllers=namespace-controller,garbage-collector-controller', '--leader-elect=false', '--secure-port=0'];
    scope.running(new RunningProgram(process.execPath, [binary, ...flags]));
    const kubectl = new Kubectl('1.35', server, await scope.namespace(server));
    await kubectl.send('create', certificates);
    await kubectl.ok(['wait', '--for=condition=Established', CRD, '--timeout=10s']);
    await kubectl.send('create', certificate({ secretName: 'a' }));
    const { uid } = (await kubectl.json('crt', 'web')).metadata;
    const ownerReferences = [{ apiVersion: 'certs.example.com/v1', kind: 'Certificate', name: 'web', uid }];
    await kubectl.send('create', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owned', ownerReferences } });
    await kubectl.ok(['delete', 'crt', 'web']);
    await kubectl.ok(['wait', '--for=delete', 'cm/owned', '--timeout=60s']);

    await kubectl.send('create', certificate({ secretName: 'a' }));
    await kubectl.ok(['delete', 'namespace', kubectl.namespace, '--timeout=60s']);
    expect(await kubectl.ok(['get', 'crt', '-A', '-o', 'name'])).toBe('');
  });
});
