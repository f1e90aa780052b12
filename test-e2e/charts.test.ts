import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually, must } from './support/cluster';
import { Kubectl } from './support/kubectl';
import { runProgram } from './support/process';

jest.setTimeout(240_000);

const ROOT = join(__dirname, '..');
const POD = { apiVersion: 'v1', kind: 'Pod', spec: { terminationGracePeriodSeconds: 0 } };
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'busybox:1' }] } } },
};

/** The charts, by the real Helm, on a cluster of this project that has no DNS of its own. */
describe('the charts', () => {
  let cluster: Cluster;
  let folder: string;
  let kubectl: Kubectl;
  const helm = async (...args: string[]): Promise<string> => {
    const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: cluster.kubeconfig };
    const { code, stdout, stderr } = await runProgram(join(ROOT, '.cache/clients/1.35/helm'), args, { cwd: ROOT, env, timeoutMs: 180_000 });
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr });
    return stdout;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'typekube-charts-'));
    const [port = 0] = await freePorts(1);
    cluster = new Cluster(port);
    kubectl = cluster.kubectl('1.35');
    await cluster.upWithBusybox('--without=kube-dns');
    const image = join(folder, 'image.tar');
    await must(process.execPath, [join(ROOT, 'scripts/image.mjs'), image]);
    await cluster.ok('image', 'import', image);
  });
  afterAll(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true });
  });

  it('dns answers pods that ask for services and for other names', async () => {
    await helm('install', 'dns', 'charts/dns', '--namespace=kube-system', '--wait', '--timeout=2m');
    await kubectl.send('create', { ...POD, metadata: { name: 'asks' }, spec: { ...POD.spec, containers: [{ name: 'c', image: 'busybox:1', command: ['sleep', '3600'] }] } });
    await kubectl.ok(['wait', 'pod/asks', '--for=condition=Ready', '--timeout=60s']);
    expect(await kubectl.ok(['exec', 'asks', '--', 'nslookup', '-type=a', 'kubernetes.default.svc.cluster.local'])).toContain('10.96.0.1');
    await kubectl.ok(['delete', 'pod', 'asks']);
  });

  it('metrics-server tells what nodes and pods use', async () => {
    await helm('install', 'metrics-server', 'charts/metrics-server', '--namespace=kube-system', '--set=kubelet.insecureTls=true', '--wait', '--timeout=2m');
    const top = (...what: string[]) => () => kubectl.run(['top', ...what, '--no-headers']);
    await eventually(top('nodes'), ({ code, stdout }) => code === 0 && /^node-1 +\d+m +\d+% +\d+Mi/.test(stdout));
    await eventually(top('pods', '--namespace=kube-system'), ({ code, stdout }) => code === 0 && /^metrics-server-\S+ +\d+m +\d+Mi/m.test(stdout));
    await helm('uninstall', 'metrics-server', '--namespace=kube-system', '--wait');
  });

  describe('control-plane', () => {
    let tenant: Kubectl;
    const data = (key: string): Promise<string> => kubectl.ok(['get', 'secret', 'tenant-control-plane-pki', '-n=tenant', `-o=go-template={{index .data "${key}" | base64decode}}`]);

    beforeAll(async () => {
      await helm('install', 'tenant', 'charts/control-plane', '--namespace=tenant', '--create-namespace', '--set=apiserver.service.type=NodePort', '--wait', '--timeout=3m');
      const kubeconfig = join(folder, 'tenant.kubeconfig');
      writeFileSync(kubeconfig, await data('admin.kubeconfig'));
      const port = await kubectl.ok(['get', 'service', 'tenant-control-plane', '-n=tenant', '-o=jsonpath={.spec.ports[0].nodePort}']);
      const node = await kubectl.jsonpath('{.status.addresses[?(@.type=="InternalIP")].address}', 'node', 'node-1');
      await must('sed', ['-i', `s#server: .*#server: https://${node}:${port}\\n    tls-server-name: kubernetes#`, kubeconfig]);
      tenant = new Kubectl('1.35', { kubeconfig, dataDir: folder });
    });

    it('makes pods of a deployment, and says that there is no node for them', async () => {
      expect(await tenant.ok(['auth', 'whoami', '-o=jsonpath={.status.userInfo.username}'])).toBe('admin');
      await tenant.send('create', DEPLOYMENT);
      const events = (): Promise<string> => tenant.ok(['get', 'events', '--field-selector=reason=FailedScheduling', '-o=jsonpath={.items[*].message}']);
      expect(await eventually(events, (messages) => messages !== '')).toContain('no nodes available to schedule pods');
      expect(await tenant.ok(['get', 'replicasets', '-o=jsonpath={.items[*].status.replicas}'])).toBe('2');
    });

    it('keeps its state and its certificates over a crash and an upgrade', async () => {
      const authority = await data('ca.crt');
      await helm('upgrade', 'tenant', 'charts/control-plane', '--namespace=tenant', '--reuse-values', '--set=scheduler.replicas=2', '--wait', '--timeout=3m');
      expect(await data('ca.crt')).toBe(authority);
      expect(await kubectl.ok(['get', 'deployment', 'tenant-control-plane-scheduler', '-n=tenant', '-o=jsonpath={.status.readyReplicas}'])).toBe('2');
      const restarts = (): Promise<string> => kubectl.ok(['get', 'pod', 'tenant-control-plane-apiserver-0', '-n=tenant', '-o=jsonpath={.status.containerStatuses[0].restartCount}']);
      const before = await restarts();
      const [pid = ''] = (await must('pgrep', ['-f', 'kube-apiserver --data-dir=/data'])).trim().split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await eventually(restarts, (count) => count !== before);
      await eventually(() => tenant.run(['get', 'deployment', 'web', '-o=name']), ({ stdout }) => stdout.trim() === 'deployment.apps/web');
    });

    it('refuses several API servers on a store of one', async () => {
      const { code, stderr } = await runProgram(join(ROOT, '.cache/clients/1.35/helm'), ['template', 'charts/control-plane', '--set=apiserver.replicas=2'], { cwd: ROOT, env: { HOME: folder } });
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('the embedded store belongs to one process') });
    });

    it('goes without a trace', async () => {
      await helm('uninstall', 'tenant', '--namespace=tenant', '--wait');
      const left = (): Promise<string> => kubectl.ok(['get', 'all,secrets,configmaps', '-n=tenant', '-l=app.kubernetes.io/instance=tenant', '-o=name']);
      await eventually(left, (names) => names === '');
    });
  });
});
