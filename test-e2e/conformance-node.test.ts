import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually } from './support/cluster';
import type { Kubectl } from './support/kubectl';

jest.setTimeout(120_000);

interface Container {
  readonly name: string;
  readonly [field: string]: unknown;
}

const SECONDS = 1000;

function container(script: string, fields: Record<string, unknown> = {}): Container {
  return { name: 'c', image: 'busybox:1', command: ['sh', '-c', script], ...fields };
}

function pod(name: string, spec: Record<string, unknown>): unknown {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, ...spec } };
}

/** What Kubernetes' own conformance tests ask of a node, as far as no other suite here does, on one cluster. */
describe('a node', () => {
  let cluster: Cluster;
  let kubectl: Kubectl;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'typekube-volume-'));
    const [port] = await freePorts(1);
    cluster = new Cluster(port!);
    await cluster.upWithBusybox();
    kubectl = cluster.kubectl('1.35');
  });

  afterAll(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (template: string, ...args: string[]): Promise<string> => kubectl.jsonpath(template, ...args);
  const phaseIs = (name: string, phase: string): Promise<string> => eventually(() => read('{.status.phase}', 'pod', name), (is) => is === phase, 60 * SECONDS);

  describe('and volumes that persist', () => {
    const volume = (name: string, source: Record<string, unknown>): unknown => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, persistentVolumeReclaimPolicy: 'Retain', ...source },
    });
    const claim = (name: string, storageClassName: string): unknown => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '500Mi' } } },
    });
    const using = (name: string, claimName: string, script: string): unknown =>
      pod(name, {
        containers: [container(script, { volumeMounts: [{ name: 'data', mountPath: '/data' }] })],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
      });

    it('mounts a claim of a hostPath volume, in one pod after the other, and keeps what is written', async () => {
      await kubectl.send('create', [volume('host', { storageClassName: 'manual', hostPath: { path: folder } }), claim('host', 'manual')]);
      await eventually(() => read('{.status.phase}', 'pvc', 'host'), (phase) => phase === 'Bound');
      await kubectl.send('create', using('writer', 'host', 'echo kept > /data/note'));
      await phaseIs('writer', 'Succeeded');
      expect(readFileSync(join(folder, 'note'), 'utf8')).toBe('kept\n');
      await kubectl.send('create', using('reader', 'host', 'cat /data/note'));
      await phaseIs('reader', 'Succeeded');
      expect(await kubectl.ok(['logs', 'reader'])).toBe('kept\n');
      await kubectl.ok(['delete', 'pod', 'writer', 'reader']);
      await kubectl.ok(['delete', 'pvc', 'host']);
      await eventually(() => read('{.status.phase}', 'pv', 'host'), (phase) => phase === 'Released');
    });

    it('gives a claim that waits for its first consumer a local volume of the node', async () => {
      writeFileSync(join(folder, 'local'), 'local\n');
      const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }] }] } };
      const elsewhere = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-2'] }] }] } };
      await kubectl.send('create', [
        { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'local' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
        volume('local-2', { storageClassName: 'local', local: { path: '/nowhere' }, nodeAffinity: elsewhere }),
        claim('local', 'local'),
        using('local', 'local', 'cat /data/local'),
      ]);
      const why = () => read('{.status.conditions[?(@.type=="PodScheduled")].message}', 'pod', 'local');
      await eventually(why, (text) => text.includes("didn't find available persistent volumes to bind"));
      await kubectl.send('create', volume('local-1', { storageClassName: 'local', local: { path: folder }, nodeAffinity }));
      await phaseIs('local', 'Succeeded');
      expect(await kubectl.ok(['logs', 'local'])).toBe('local\n');
      expect(await read('{.spec.volumeName}', 'pvc', 'local')).toBe('local-1');
    });
  });

  it('resizes a container in place, makes it anew where its policy says so, and refuses what it does not have', async () => {
    const resources = { requests: { cpu: '100m', memory: '16Mi' }, limits: { cpu: '200m', memory: '32Mi' } };
    const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }, { resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    await kubectl.send('create', pod('sized', { restartPolicy: 'Always', containers: [container('sleep 1000', { resources, resizePolicy })] }));
    await phaseIs('sized', 'Running');
    const resize = (cpu: string, memory: string): Promise<string> => {
      const patch = { spec: { containers: [{ name: 'c', resources: { limits: { cpu, memory }, requests: { cpu, memory: '16Mi' } } }] } };
      return kubectl.ok(['patch', 'pod', 'sized', '--subresource=resize', '--patch', JSON.stringify(patch)]);
    };
    const has = (): Promise<string> => read('{.status.containerStatuses[0].resources.limits} {.status.containerStatuses[0].restartCount}', 'pod', 'sized');
    const inKernel = (): Promise<string> => kubectl.ok(['exec', 'sized', '--', 'sh', '-c', 'cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/memory/memory.limit_in_bytes 2>&1 || cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/memory.max']);
    await resize('300m', '32Mi');
    await eventually(has, (text) => text === '{"cpu":"300m","memory":"32Mi"} 0', 30 * SECONDS);
    expect(await inKernel()).toContain('30000');
    await resize('150m', '48Mi');
    await eventually(has, (text) => text === '{"cpu":"150m","memory":"48Mi"} 1', 60 * SECONDS);
    await phaseIs('sized', 'Running');
    expect(await inKernel()).toContain(String(48 * 2 ** 20));
    await resize('150', '48Mi');
    const pending = () => read('{.status.conditions[?(@.type=="PodResizePending")].reason}', 'pod', 'sized');
    await eventually(pending, (reason) => reason === 'Infeasible', 30 * SECONDS);
    await resize('100m', '48Mi');
    await eventually(has, (text) => text.startsWith('{"cpu":"100m"'), 30 * SECONDS);
    expect(await pending()).toBe('');
    await kubectl.ok(['delete', 'pod', 'sized']);
  });

  it('tells the last words of a container that writes no end of line, and what the runtime does not know', async () => {
    await kubectl.send('create', [
      { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'strange' }, handler: 'strange' },
      pod('words', { containers: [container('printf LAST; exit 1', { terminationMessagePolicy: 'FallbackToLogsOnError' })] }),
      pod('strange', { runtimeClassName: 'strange', containers: [container('true')] }),
    ]);
    await phaseIs('words', 'Failed');
    expect(await read('{.status.containerStatuses[0].state.terminated.message}', 'pod', 'words')).toBe('LAST');
    expect(await kubectl.ok(['logs', 'words'])).toBe('LAST');
    const events = () => kubectl.ok(['get', 'events', '--field-selector', 'involvedObject.name=strange,reason=FailedCreatePodSandBox']);
    await eventually(events, (text) => text.includes('no runtime for "strange" is configured'));
    await kubectl.ok(['delete', 'pod', 'words', 'strange']);
  });

  it('has extended resources that others give it, and pods make room for more important ones', async () => {
    const patch = { status: { capacity: { 'example.com/foo': '1' } } };
    await kubectl.ok(['patch', 'node', 'node-1', '--subresource=status', '--type=merge', '--patch', JSON.stringify(patch)]);
    await eventually(() => read('{.status.allocatable.example\\.com/foo}', 'node', 'node-1'), (amount) => amount === '1');
    const resources = { requests: { 'example.com/foo': '1' }, limits: { 'example.com/foo': '1' } };
    await kubectl.send('create', [
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 },
      pod('low', { containers: [container('sleep 1000', { resources })] }),
    ]);
    await phaseIs('low', 'Running');
    await kubectl.send('create', pod('high', { priorityClassName: 'high', containers: [container('sleep 1000', { resources })] }));
    await phaseIs('high', 'Running');
    expect(await kubectl.fails(['get', 'pod', 'low'])).toContain('NotFound');
    await kubectl.ok(['delete', 'pod', 'high']);
  });

  it('loses pods when they have borne a taint for as long as they may, though it does not say since when it is there', async () => {
    const tolerations = [{ key: 'e2e', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 }];
    await kubectl.send('create', pod('patient', { tolerations, containers: [container('sleep 1000')] }));
    await phaseIs('patient', 'Running');
    const taint = [{ op: 'add', path: '/spec/taints', value: [{ key: 'e2e', effect: 'NoExecute' }] }];
    await kubectl.ok(['patch', 'node', 'node-1', '--type=json', '--patch', JSON.stringify(taint)]);
    await eventually(() => kubectl.ok(['get', 'pods', '--field-selector', 'metadata.name=patient', '-o', 'name']), (names) => names === '', 60 * SECONDS);
    await kubectl.ok(['patch', 'node', 'node-1', '--type=json', '--patch', JSON.stringify([{ op: 'remove', path: '/spec/taints' }])]);
  });
});
