import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { runProgram } from './support/process';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let server: ServerProcess;
let chart: string;
beforeAll(async () => {
  server = await scope.server();
  chart = scope.folder();
  mkdirSync(join(chart, 'templates'));
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: "2"\n');
  writeFileSync(join(chart, 'values.yaml'), 'color: red\nreplicas: 1\n');
  writeFileSync(
    join(chart, 'templates/settings.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {color: "{{ .Values.color }}"}\n',
  );
  writeFileSync(
    join(chart, 'templates/deployment.yaml'),
    `{{- if .Capabilities.APIVersions.Has "apps/v1/Deployment" }}
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: main, image: nginx}]}
{{- end }}
`,
  );
});

describe.each(KUBECTL_VERSIONS)('the helm that comes with kubectl %s', (version) => {
  it('installs, upgrades, rolls back and uninstalls', async () => {
    const kubectl = new Kubectl(version, server, await scope.namespace(server));
    const home = scope.folder();
    const helm = async (...args: string[]): Promise<string> => {
      const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: server.kubeconfig };
      const file = join(__dirname, '../.cache/clients', version, 'helm');
      const { code, stdout, stderr } = await runProgram(file, [...args, '--namespace', kubectl.namespace], { env });
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr });
      return stdout;
    };
    const color = (): Promise<string> => kubectl.jsonpath('{.data.color}', 'cm', 'web');

    expect(await helm('install', 'web', chart)).toContain('STATUS: deployed');
    expect(await color()).toBe('red');
    expect(JSON.parse(await helm('list', '-o', 'json'))).toMatchObject([
      { name: 'web', revision: '1', status: 'deployed', chart: 'web-1.0.0' },
    ]);
    await helm('upgrade', 'web', chart, '--set', 'color=blue,replicas=3');
    expect(await color()).toBe('blue');
    expect(await kubectl.jsonpath('{.spec.replicas}', 'deploy', 'web')).toBe('3');
    await helm('rollback', 'web', '1');
    expect(await color()).toBe('red');
    expect(JSON.parse(await helm('history', 'web', '-o', 'json'))).toHaveLength(3);
    expect(await helm('get', 'manifest', 'web')).toContain('kind: Deployment');
    expect(await helm('uninstall', 'web')).toContain('release "web" uninstalled');
    expect(await kubectl.ok(['get', 'deploy,cm,secret', '-l', 'owner=helm', '-o', 'name'])).toBe('');
    expect(await kubectl.fails(['get', 'deploy', 'web'])).toContain('NotFound');
  });
});
