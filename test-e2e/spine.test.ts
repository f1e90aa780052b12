import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually, must } from './support/cluster';
import type { Kubectl } from './support/kubectl';
import { runProgram } from './support/process';

jest.setTimeout(240_000);

const labels = { app: 'web' };
const start = 'hostname > /tmp/index.html; echo "$GREETING" >> /tmp/index.html; cat /etc/cfg/note >> /tmp/index.html; echo started; exec httpd -f -p 8080 -h /tmp';

const APP = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { GREETING: 'hello', note: 'from the file\n' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'httpd',
              image: 'busybox:1',
              command: ['sh', '-c', start],
              env: [{ name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'GREETING' } } }],
              volumeMounts: [{ name: 'cfg', mountPath: '/etc/cfg' }],
              readinessProbe: { httpGet: { path: '/index.html', port: 8080 }, periodSeconds: 1 },
            },
          ],
          volumes: [{ name: 'cfg', configMap: { name: 'cfg' } }],
        },
      },
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
];

const COMPONENTS = ['kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'];

describe('a Deployment in real containers', () => {
  let cluster: Cluster;
  let kubectl: Kubectl;
  /** What they had logged before they were killed: at the very first start some ask before the default roles are there, and ask again. */
  const loggedBefore = new Map<string, number>();

  beforeAll(async () => {
    const [port] = await freePorts(1);
    cluster = new Cluster(port!);
    await cluster.upWithBusybox();
    await cluster.kubectl('1.35').ok(['create', 'namespace', 'app']);
    kubectl = cluster.kubectl('1.35', 'app');
    await kubectl.send('apply', APP);
    await rolledOut();
  });

  afterAll(() => cluster.close());

  const rolledOut = (): Promise<string> => kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=120s']);

  /** What the service answers, once. */
  const ask = async (): Promise<string> => {
    const address = await kubectl.jsonpath('{.spec.clusterIP}', 'service', 'web');
    return (await runProgram('wget', ['-q', '-T', '2', '-t', '1', '-O', '-', `http://${address}/index.html`])).stdout;
  };

  const supervisors = (): string[] => commandLinesWith('supervise').filter((line) => line.includes(cluster.dataDir));

  const podNames = async (): Promise<string[]> => (await kubectl.jsonpath('{.items[*].metadata.name}', 'pods')).split(' ').filter(Boolean);

  it('answers by its service from all of its pods, with the ConfigMap in environment and file', async () => {
    const seen = new Set<string>();
    await eventually(
      async () => {
        const [pod = '', greeting, note] = (await ask()).split('\n');
        if (pod) expect([greeting, note]).toEqual(['hello', 'from the file']);
        return seen.add(pod);
      },
      () => [...seen].filter(Boolean).length === 3,
    );
    expect([...seen].filter(Boolean).sort()).toEqual((await podNames()).sort());
  });

  it.each(['1.27', '1.35'] as const)('gives logs and runs commands for kubectl %s', async (version) => {
    const client = cluster.kubectl(version, 'app');
    const [pod = ''] = await podNames();
    expect(await client.ok(['logs', pod])).toBe('started\n');
    expect(await client.ok(['exec', pod, '--', 'cat', '/etc/cfg/note'])).toBe('from the file\n');
    expect(await client.ok(['exec', '-i', pod, '--', 'cat'], { stdin: 'through\n' })).toBe('through\n');
    expect((await client.run(['exec', pod, '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
  });

  it('starts a killed container again and replaces a deleted pod', async () => {
    const [pod = '', other = ''] = await podNames();
    const id = (await kubectl.jsonpath('{.status.containerStatuses[0].containerID}', 'pod', pod)).replace(/^.*:\/\//, '');
    await must('kill', ['-9', String(processOf(id))]);
    await eventually(() => kubectl.jsonpath('{.status.containerStatuses[0].restartCount}', 'pod', pod), (count) => Number(count) === 1);
    await kubectl.ok(['delete', 'pod', other]);
    await rolledOut();
    expect(await podNames()).not.toContain(other);
  });

  it('scales, restarts, and undoes an update to an image that is not there', async () => {
    await kubectl.ok(['scale', 'deployment/web', '--replicas=5']);
    await rolledOut();
    await kubectl.ok(['rollout', 'restart', 'deployment/web']);
    await rolledOut();
    await kubectl.ok(['set', 'image', 'deployment/web', 'httpd=localhost:1/nothing:1']);
    const reasons = (): Promise<string> => kubectl.jsonpath('{.items[*].status.containerStatuses[0].state.waiting.reason}', 'pods');
    await eventually(reasons, (text) => text.includes('ImagePullBackOff'));
    await kubectl.ok(['rollout', 'undo', 'deployment/web']);
    await rolledOut();
  });

  it('converges when every component is killed at once', async () => {
    const before = await cluster.pids();
    for (const name of COMPONENTS) loggedBefore.set(name, cluster.log(name).length);
    for (const [name, pid] of before) if (name !== 'supervisor') await must('kill', ['-9', String(pid)]);
    await eventually(
      () => cluster.pids(),
      (now) => [...before].every(([name, pid]) => name === 'supervisor' || (Boolean(now.get(name)) && now.get(name) !== pid)),
    );
    await eventually(async () => (await kubectl.run(['scale', 'deployment/web', '--replicas=2'])).code, (code) => code === 0);
    await eventually(podNames, (names) => names.length === 2, 120_000);
    await rolledOut();
    await eventually(ask, (answer) => answer.includes('hello'));
  });

  it('says why a pod does not fit, and refuses a second start', async () => {
    const huge = { name: 'c', image: 'busybox:1', resources: { requests: { cpu: '1000' } } };
    await kubectl.send('create', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'huge' }, spec: { containers: [huge] } });
    const message = (): Promise<string> => kubectl.jsonpath('{.status.conditions[?(@.type=="PodScheduled")].message}', 'pod', 'huge');
    expect(await eventually(message, Boolean)).toContain('0/1 nodes are available: 1 Insufficient cpu');
    await kubectl.ok(['delete', 'pod', 'huge']);
    expect((await cluster.run('up')).stderr).toContain('runs in');
  });

  it.each(COMPONENTS)('%s needs no more than the rights that upstream gives it', (name) => {
    const refusals = cluster.log(name).slice(loggedBefore.get(name)).split('\n').filter((line) => line.includes('is forbidden: User'));
    expect(refusals).toEqual([]);
  });

  it('stops without a trace of a process, and goes on where it was', async () => {
    await cluster.ok('down');
    expect(commandLinesWith(cluster.dataDir)).toEqual([]);
    await cluster.up();
    await rolledOut();
    await eventually(ask, (answer) => answer.includes('hello'));
  });

  it('runs what lies in its manifests folder, which its node may show in the API', async () => {
    const client = cluster.kubectl('1.35');
    const path = join(cluster.dataDir, 'manifests', 'static.yaml');
    writeFileSync(path, '{apiVersion: v1, kind: Pod, metadata: {name: static}, spec: {containers: [{name: c, image: "busybox:1", command: [sleep, "86396"]}]}}');
    await eventually(async () => (await client.run(['wait', 'pod/static-node-1', '--for=condition=Ready', '--timeout=1s'])).code, (code) => code === 0);
    expect(await client.ok(['describe', 'pod', 'static-node-1'])).toMatch(/Controlled By: +Node\/node-1[^]*Started +\S+ +kubelet/);
    rmSync(path);
    await eventually(async () => (await client.run(['get', 'pod', 'static-node-1'])).stderr, (text) => text.includes('not found'));
  });

  it('is gone on with where the time to start was too short, and leaves no folder where it cannot start', async () => {
    await cluster.ok('down');
    expect((await cluster.tryUp('--timeout', '0.01')).stderr).toContain('The cluster is not stopped: the same command again waits on');
    expect((await cluster.tryUp('--pod-cidr', '10.243.0.0/24')).stderr).toContain('begun with other options');
    expect(await cluster.up()).toContain('has been started already, and is waited for');
    expect(await cluster.kubectl('1.35', 'kube-system').ok(['get', 'endpointslices', '-o', 'name'])).toContain('kube-dns');
    const other = new Cluster(6443);
    rmdirSync(other.dataDir);
    expect((await other.tryUp()).stderr).toContain('cannot be used');
    expect(existsSync(other.dataDir)).toBe(false);
  });

  it('is not started twice at one time, and is stopped also while it begins and where its state is damaged', async () => {
    await cluster.ok('down');
    const attempts = await Promise.all([cluster.up(), cluster.up()].map((attempt) => attempt.then(() => '', String)));
    // The slower one is refused, or waits for what the other has started.
    expect(attempts.sort()).toEqual(['', expect.stringMatching(/^$|another typekube command is at work in|a cluster runs in .* already/)]);
    expect(supervisors()).toHaveLength(1);
    writeFileSync(join(cluster.dataDir, 'run', 'state.json'), '{"superv');
    await cluster.ok('down');
    expect(commandLinesWith(cluster.dataDir)).toEqual([]);
    const up = cluster.up().catch(String);
    const processesOf = (component: string) => processesWith(join(cluster.dataDir, 'kubeconfig', `${component}.kubeconfig`));
    const started = (component: string) => eventually(() => processesOf(component), (found) => found.length > 0);
    const [kubelet] = await started('kubelet');
    // Kept from becoming ready until the others are being stopped.
    process.kill(kubelet!.pid, 'SIGSTOP');
    await started('proxy');
    const down = cluster.ok('down');
    await eventually(() => processesOf('proxy'), (found) => found.length === 0);
    process.kill(kubelet!.pid, 'SIGCONT');
    await down;
    expect(await up).toContain('the cluster was stopped before it was ready');
    expect(commandLinesWith(cluster.dataDir)).toEqual([]);
    await cluster.up();
  });

  it('deletes a namespace with all in it', async () => {
    await cluster.kubectl('1.35').ok(['delete', 'namespace', 'app', '--timeout=90s']);
    expect((await cluster.kubectl('1.35').run(['get', 'namespace', 'app'])).code).not.toBe(0);
  });

  it('leaves no process, mount, link or rule behind, even where its supervisor was killed', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'left' }, spec: { containers: [{ name: 'c', image: 'busybox:1', command: ['sleep', '86397'] }] } };
    const client = cluster.kubectl('1.35');
    await client.send('create', pod);
    await client.ok(['wait', 'pod/left', '--for=condition=Ready', '--timeout=120s']);
    await must('kill', ['-9', String((await cluster.pids()).get('supervisor'))]);
    await cluster.ok('down', '--purge');
    expect(commandLinesWith(cluster.dataDir)).toEqual([]);
    expect(commandLinesWith('86397')).toEqual([]);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(cluster.dataDir);
    expect(await must('ip', ['link'])).not.toContain('typekube0');
    expect(await must('nft', ['list', 'tables'])).not.toContain('kube-proxy');
  });
});

/** The first process of a container, by the name of its cgroup. */
function processOf(containerId: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => read(`/proc/${pid}/cgroup`).includes(containerId));
  if (!found) throw new Error(`no process of container ${containerId}`);
  return Number(found);
}

function commandLinesWith(text: string): string[] {
  return processesWith(text).map(({ commandLine }) => commandLine);
}

/** The processes whose command line has that in it. */
function processesWith(text: string): { readonly pid: number; readonly commandLine: string }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const all = pids.map((pid) => ({ pid: Number(pid), commandLine: read(`/proc/${pid}/cmdline`) }));
  return all.filter(({ commandLine }) => commandLine.includes(text));
}

/** A process may end between being listed and being read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
