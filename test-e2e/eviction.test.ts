import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually, must } from './support/cluster';
import type { KubeJson, Kubectl } from './support/kubectl';
import { RunningProgram } from './support/process';

jest.setTimeout(180_000);

const KUBELET = join(__dirname, '../packages/kubelet/bin/kubelet.js');
const MEBIBYTE = 2 ** 20;

/** The node's disk is a memory file system of 64 MiB; half of it has to be free. */
const CONFIGURATION = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  evictionHard: { 'nodefs.available': '50%' },
  evictionPressureTransitionPeriod: '5s',
  nodeStatusUpdateFrequency: '1s',
  volumeStatsAggPeriod: '1s',
};

/** A pod that writes so much into a volume, and stays. */
const writer = (name: string, mebibytes: number, emptyDir: object, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'c', image: 'busybox:1', command: ['sh', '-c', `/bin/busybox dd if=/dev/zero of=/v/file bs=1048576 count=${mebibytes}; sleep 1000`], volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', emptyDir }],
    ...spec,
  },
});

interface Status {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: { readonly type: string; readonly status: string; readonly reason?: string }[];
}

describe('a node that runs short of disk', () => {
  let cluster: Cluster;
  let kubectl: Kubectl;
  let kubelet: RunningProgram | undefined;
  let disk: string;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    cluster = new Cluster(port!);
    disk = join(cluster.dataDir, 'kubelet');
    mkdirSync(disk);
    await must('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0755', 'typekube-eviction', disk]);
    const up = cluster.tryUp('--without', 'kubelet');
    const supervisor = await eventually(async () => (await cluster.run('status')).stdout.match(/^supervisor\s+(\d+)/m)?.[1], (pid) => pid !== undefined);
    const file = join(cluster.dataDir, 'run', 'kubelet.yaml');
    writeFileSync(file, JSON.stringify(CONFIGURATION));
    const flags = [
      `--config=${file}`,
      `--kubeconfig=${join(cluster.dataDir, 'kubeconfig/kubelet.kubeconfig')}`,
      `--root-dir=${disk}`,
      `--container-runtime-endpoint=unix://${join(cluster.dataDir, 'run/cri.sock')}`,
      `--client-ca-file=${join(cluster.dataDir, 'pki/ca.crt')}`,
      '--hostname-override=node-1',
      '--cgroup-root=/typekube-eviction-test',
    ];
    kubelet = new RunningProgram('nsenter', [`--mount=/proc/${supervisor}/ns/mnt`, process.execPath, KUBELET, ...flags]);
    const { code, stderr } = await up;
    if (code !== 0) throw new Error(`the cluster is not there: ${stderr}\n${kubelet.stderr}`);
    await cluster.importBusybox();
    kubectl = cluster.kubectl('1.35');
    await eventually(() => kubectl.run(['get', 'serviceaccount', 'default']), ({ code }) => code === 0);
  });

  afterAll(async () => {
    await cluster.run('down');
    await kubelet?.kill('SIGTERM');
    await must('umount', ['--lazy', disk]);
    await cluster.close();
  });

  const status = async (name: string): Promise<Status> => (await kubectl.json<KubeJson & { readonly status: Status }>('pod', name)).status;
  const whenEnded = (name: string): Promise<Status> => eventually(() => status(name), ({ phase }) => phase === 'Failed' || phase === 'Succeeded', 60_000);
  const pressure = (): Promise<string> => kubectl.jsonpath('{.status.conditions[?(@.type=="DiskPressure")].status}', 'node', 'node-1');
  const taints = (): Promise<string> => kubectl.jsonpath('{.spec.taints[*].key}', 'node', 'node-1');

  it('lets nobody have what it keeps for itself', async () => {
    expect(await kubectl.jsonpath('{.status.capacity.ephemeral-storage} {.status.allocatable.ephemeral-storage}', 'node', 'node-1')).toBe('64Mi 32Mi');
  });

  it('ends a pod whose volume is larger than it may be, which is the fault of the pod alone', async () => {
    await kubectl.send('create', writer('greedy', 3, { sizeLimit: '1Mi' }));
    const ended = await whenEnded('greedy');
    expect(ended).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ' });
    expect(ended.conditions?.map(({ type }) => type)).not.toContain('DisruptionTarget');
    expect(await pressure()).toBe('False');
    expect(await kubectl.jsonpath('{.items[0].type} {.items[0].message}', 'events', '--field-selector=reason=Evicted')).toBe('Warning Usage of EmptyDir volume "v" exceeds the limit "1Mi". ');
  });

  it('measures what its pods use', async () => {
    await kubectl.send('create', writer('small', 2, {}));
    const summary = await eventually(
      async () => JSON.parse(await kubectl.ok(['get', '--raw', '/api/v1/nodes/node-1/proxy/stats/summary'])),
      ({ pods }) => pods.some((pod: { podRef: { name: string }; volume: { name: string; usedBytes: number }[] }) => pod.podRef.name === 'small' && pod.volume.some(({ name, usedBytes }) => name === 'v' && usedBytes >= 2 * MEBIBYTE)),
      30_000,
    );
    expect(summary.node).toMatchObject({ nodeName: 'node-1', fs: { capacityBytes: 64 * MEBIBYTE }, runtime: { imageFs: { usedBytes: expect.any(Number) } } });
    const metrics = await kubectl.ok(['get', '--raw', '/api/v1/nodes/node-1/proxy/metrics/resource']);
    expect(metrics).toMatch(/^pod_memory_working_set_bytes\{namespace="default",pod="small"\} [1-9]\d* \d+$/m);
    expect(metrics).toMatch(/^container_cpu_usage_seconds_total\{container="c",namespace="default",pod="small"\} \d/m);
    expect(metrics).toMatch(/^resource_scrape_error 0$/m);
  });

  it('is under pressure, takes no pod, ends the one that takes most, and recovers', async () => {
    await kubectl.send('create', writer('large', 36, {}));
    await eventually(pressure, (is) => is === 'True', 60_000);
    await eventually(taints, (keys) => keys.includes('node.kubernetes.io/disk-pressure'), 30_000);
    await kubectl.send('create', writer('late', 1, {}, { nodeName: 'node-1' }));
    expect(await whenEnded('late')).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'Pod was rejected: The node had condition: [DiskPressure]. ' });
    const ended = await whenEnded('large');
    expect(ended).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(ended.message).toMatch(/^The node was low on resource: ephemeral-storage\. Threshold quantity: 32Mi, available: \d+Ki\. Container c was using \d+Ki, request is 0, has larger consumption of ephemeral-storage\. $/);
    expect(ended.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }));
    await eventually(pressure, (is) => is === 'False', 60_000);
    await eventually(taints, (keys) => !keys.includes('disk-pressure'), 30_000);
    expect(await status('small')).toMatchObject({ phase: 'Running' });
    const reasons = await kubectl.jsonpath('{.items[*].reason}', 'events', '--field-selector=involvedObject.kind=Node');
    for (const reason of ['EvictionThresholdMet', 'NodeHasDiskPressure', 'NodeHasNoDiskPressure']) expect(reasons.split(' ')).toContain(reason);
  });
});
