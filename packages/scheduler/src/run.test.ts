import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { corev1 } from '@typekube/api';
import { type Client, events, nodes, pods, priorityClasses } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';
import { makeNode, makePod, type NodeOptions, type PodOptions } from './testing';
import { SchedulerProcess } from './testing/scheduler-process';

const TOKEN = 'reader-token';
let tokens: string;
let server: TestApiServer;
let client: Client;
beforeAll(async () => {
  tokens = join(await mkdtemp(join(tmpdir(), 'scheduler-test-')), 'tokens.csv');
  await writeFile(tokens, `${TOKEN},reader,1,system:masters\n`);
  server = await TestApiServer.start([`--token-auth-file=${tokens}`]);
  client = await server.client();
});
afterAll(async () => {
  await server.stop();
  await rm(dirname(tokens), { recursive: true });
});

const NO_ELECTION = ['--leader-elect=false'];

let running: SchedulerProcess[] = [];

function startScheduler(flags: readonly string[]): SchedulerProcess {
  const scheduler = SchedulerProcess.start(server.kubeconfigPath, flags);
  running.push(scheduler);
  return scheduler;
}

/** Each test has nodes and pods of its own. */
afterEach(async () => {
  await Promise.all(running.map((scheduler) => scheduler.end('SIGKILL')));
  running = [];
  await client.for(pods, 'default').deleteCollection({ gracePeriodSeconds: 0 });
  await client.for(nodes).deleteCollection();
  await eventually(async () => (await client.for(pods, 'default').list()).items.length === 0);
});

async function createNode(name: string, options: NodeOptions = {}): Promise<void> {
  await client.for(nodes).create(makeNode(name, options));
}

async function createPod(name: string, options: PodOptions = {}): Promise<void> {
  const { metadata: _, ...pod } = makePod(name, options);
  await client.for(pods, 'default').create({ ...pod, metadata: { name, labels: options.labels ?? {} } });
}

const getPod = (name: string): Promise<corev1.Pod> => client.for(pods, 'default').get(name);
const nodeOf = async (name: string): Promise<string | undefined> => (await getPod(name)).spec?.nodeName;
const scheduledCondition = async (name: string): Promise<corev1.PodCondition | undefined> =>
  (await getPod(name)).status?.conditions?.find(({ type }) => type === 'PodScheduled');

async function eventOf(name: string, reason: string): Promise<corev1.Event | undefined> {
  const { items } = await client.for(events, 'default').list({ fieldSelector: `involvedObject.name=${name},reason=${reason}` });
  return items.at(-1);
}

/** A port that was free a moment ago: the flag 0 means none. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

/** What the scheduler answers; its certificate is its own. */
function get(port: number, path: string, token?: string): Promise<{ status: number; body: string }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, rejectUnauthorized: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

it('binds pods, and says so', async () => {
  await createNode('n1');
  startScheduler(NO_ELECTION);
  await createPod('fits', { requests: { cpu: '1' } });
  await eventually(async () => (await nodeOf('fits')) === 'n1');
  expect(await scheduledCondition('fits')).toMatchObject({ status: 'True' });
  await eventually(async () => (await eventOf('fits', 'Scheduled')) !== undefined);
  expect(await eventOf('fits', 'Scheduled')).toMatchObject({
    type: 'Normal',
    message: 'Successfully assigned default/fits to n1',
    source: { component: 'default-scheduler' },
  });
});

it('says why a pod does not fit, and binds it when a node comes that it fits', async () => {
  await createNode('n1');
  await createNode('n2', { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] });
  startScheduler(NO_ELECTION);
  await createPod('large', { requests: { cpu: '6' } });
  const message =
    '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). ' +
    'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
  await eventually(async () => (await scheduledCondition('large')) !== undefined);
  expect(await scheduledCondition('large')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
  expect((await getPod('large')).status?.phase).toBe('Pending');
  await eventually(async () => (await eventOf('large', 'FailedScheduling')) !== undefined);
  expect(await eventOf('large', 'FailedScheduling')).toMatchObject({ type: 'Warning', message });
  await createNode('n3', { allocatable: { cpu: '8' } });
  await eventually(async () => (await nodeOf('large')) === 'n3');
});

it('binds what has waited for the first node', async () => {
  startScheduler(NO_ELECTION);
  await createPod('early');
  await eventually(async () => (await scheduledCondition('early'))?.message === 'no nodes available to schedule pods');
  await createNode('n1');
  await eventually(async () => (await nodeOf('early')) === 'n1');
});

it('tells anyone of its health, and of its metrics who may know', async () => {
  const port = await freePort();
  await createNode('n1');
  startScheduler([...NO_ELECTION, '--bind-address=127.0.0.1', `--secure-port=${port}`]);
  await eventually(async () => (await get(port, '/readyz').catch(() => undefined))?.status === 200);
  expect(await get(port, '/healthz/ping')).toEqual({ status: 200, body: 'ok' });
  expect(await get(port, '/nothing', TOKEN)).toMatchObject({ status: 404 });
  expect([await get(port, '/metrics'), await get(port, '/metrics', 'wrong')]).toMatchObject([{ status: 401 }, { status: 401 }]);
  await createPod('p');
  await eventually(async () => (await nodeOf('p')) === 'n1');
  const { body } = await get(port, '/metrics', TOKEN);
  expect(body).toContain('scheduler_schedule_attempts_total{result="scheduled",profile="default-scheduler"} 1');
  expect(body).toContain('scheduler_pending_pods{queue="active"} 0');
  expect(body).toContain('scheduler_framework_extension_point_duration_seconds_count{extension_point="Bind",status="Success"');
});

it('leaves pods of other schedulers, and gated ones, alone', async () => {
  await createNode('n1');
  const scheduler = startScheduler(NO_ELECTION);
  await createPod('foreign', { spec: { schedulerName: 'other' } });
  await createPod('gated', { spec: { schedulingGates: [{ name: 'example.com/quota' }] } });
  await createPod('ours');
  await eventually(async () => (await nodeOf('ours')) === 'n1');
  expect([await nodeOf('foreign'), await nodeOf('gated')]).toEqual([undefined, undefined]);
  await client.for(pods, 'default').patch('gated', { type: 'json', body: [{ op: 'remove', path: '/spec/schedulingGates' }] });
  await eventually(async () => (await nodeOf('gated')) === 'n1');
  expect(await scheduler.end('SIGTERM')).toBe(0);
});

it('makes room for a pod of higher priority', async () => {
  await createNode('n1');
  await client.for(priorityClasses).create({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'low' }, value: -10 });
  startScheduler(NO_ELECTION);
  await createPod('low', { requests: { cpu: '3' }, spec: { priorityClassName: 'low', terminationGracePeriodSeconds: 0 } });
  await eventually(async () => (await nodeOf('low')) === 'n1');
  await createPod('high', { requests: { cpu: '3' } });
  await eventually(async () => (await nodeOf('high')) === 'n1');
  await expect(getPod('low')).rejects.toThrow('pods "low" not found');
});

it('binds 500 pods to 100 nodes, none beyond what it has', async () => {
  await Promise.all(Array.from({ length: 100 }, (_, i) => createNode(`n${i}`, { allocatable: { pods: '6' } })));
  startScheduler(NO_ELECTION);
  await Promise.all(Array.from({ length: 500 }, (_, i) => createPod(`p${i}`, { requests: { cpu: '700m', memory: '1Gi' } })));
  const bound = async (): Promise<corev1.Pod[]> =>
    (await client.for(pods, 'default').list()).items.filter(({ spec }) => spec?.nodeName);
  await eventually(async () => (await bound()).length === 500);
  const counts = new Map<string, number>();
  for (const { spec } of await bound()) counts.set(spec?.nodeName ?? '', (counts.get(spec?.nodeName ?? '') ?? 0) + 1);
  expect(counts.size).toBe(100);
  // Five of 700 milli fit 4 cores, six do not; the emptier node comes first, so that all are even.
  expect(Math.max(...counts.values())).toBe(5);
});

it('takes over from a leader that was killed', async () => {
  await createNode('n1');
  const flags = ['--leader-elect-lease-duration=2s', '--leader-elect-renew-deadline=1s', '--leader-elect-retry-period=200ms'];
  const first = startScheduler(flags);
  await eventually(() => first.isScheduling);
  const second = startScheduler(flags);
  await createPod('before');
  await eventually(async () => (await nodeOf('before')) === 'n1');
  expect(second.isScheduling).toBe(false);
  await first.end('SIGKILL');
  await createPod('after');
  await eventually(async () => (await nodeOf('after')) === 'n1');
  expect(second.isScheduling).toBe(true);
});

it('does what its configuration file says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scheduler-test-'));
  const file = join(folder, 'config.yaml');
  const configuration = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: server.kubeconfigPath },
    leaderElection: { leaderElect: false },
    profiles: [
      {
        schedulerName: 'packer',
        plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit', weight: 5 }] } },
        pluginConfig: [
          {
            name: 'NodeResourcesFit',
            args: { scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'cpu', weight: 1 }] } },
          },
        ],
      },
    ],
  };
  await writeFile(file, JSON.stringify(configuration));
  await Promise.all(['n1', 'n2', 'n3'].map((name) => createNode(name)));
  startScheduler([`--config=${file}`]);
  const names = ['a', 'b', 'c'];
  for (const name of names) await createPod(name, { requests: { cpu: '1' }, spec: { schedulerName: 'packer' } });
  await eventually(async () => (await Promise.all(names.map(nodeOf))).every(Boolean));
  expect(new Set(await Promise.all(names.map(nodeOf))).size).toBe(1);
  await rm(folder, { recursive: true });
});
