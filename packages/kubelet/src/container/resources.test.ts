import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Container, Pod } from '../objects';
import { podOf } from '../testing/objects';
import { CgroupManager } from './pod-cgroup';
import { linuxResources } from './resources';

const GIB = 1024 ** 3;

it.each<[string, Container['resources'], object]>([
  ['nothing', undefined, { cpuShares: 2, oomScoreAdj: 1000 }],
  ['requests', { requests: { cpu: '500m', memory: '1Gi' } }, { cpuShares: 512, oomScoreAdj: 750 }],
  [
    'limits are requests',
    { limits: { cpu: '2', memory: '1Gi' } },
    {
      cpuShares: 2048,
      cpuPeriod: 100_000,
      cpuQuota: 200_000,
      memoryLimitInBytes: GIB,
      memorySwapLimitInBytes: GIB,
      oomScoreAdj: -997,
    },
  ],
])('%s', (_, resources, expected) => {
  const container: Container = { name: 'a', ...(resources && { resources }) };
  expect(linuxResources(podOf([], { containers: [container] }), container, 4 * GIB)).toEqual(expected);
});

describe('CgroupManager', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cgroup-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const pod = podOf([], {
    containers: [{ name: 'a', resources: { requests: { cpu: '250m' }, limits: { cpu: '1', memory: '64Mi' } } }],
  });

  it('writes limits into the hierarchies that version 1 has', async () => {
    for (const controller of ['cpu', 'memory', 'pids']) mkdirSync(join(folder, controller));
    await new CgroupManager('/root', folder).create(pod);
    const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
    expect(read('cpu/root/kubepods/burstable/poduid-1/cpu.shares')).toBe('256');
    expect(read('cpu/root/kubepods/burstable/poduid-1/cpu.cfs_quota_us')).toBe('100000');
    expect(read('memory/root/kubepods/burstable/poduid-1/memory.limit_in_bytes')).toBe(String(64 * 1024 * 1024));
  });

  it('writes limits into the one tree of version 2, and lets each level pass controllers on', async () => {
    writeFileSync(join(folder, 'cgroup.controllers'), 'cpu memory pids');
    await new CgroupManager('/', folder).create(pod);
    const path = join(folder, 'kubepods/burstable/poduid-1');
    expect(readFileSync(join(path, 'memory.max'), 'utf8')).toBe(String(64 * 1024 * 1024));
    expect(readFileSync(join(path, 'cpu.max'), 'utf8')).toBe('100000 100000');
    expect(readFileSync(join(path, 'cpu.weight'), 'utf8')).toBe('10');
    expect(readFileSync(join(folder, 'kubepods/burstable/cgroup.subtree_control'), 'utf8')).toBe('+cpu +memory +pids');
  });

  it('raises limits before those of containers are raised, and lowers none', async () => {
    for (const controller of ['cpu', 'memory']) mkdirSync(join(folder, controller));
    const cgroups = new CgroupManager('/', folder);
    const sized = (cpu: string, memory: string): Pod => podOf([], { containers: [{ name: 'a', resources: { requests: { cpu: '250m' }, limits: { cpu, memory } } }] });
    await cgroups.create(sized('1', '64Mi'));
    await cgroups.raise(sized('2', '32Mi'));
    const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
    expect(read('cpu/kubepods/burstable/poduid-1/cpu.cfs_quota_us')).toBe('200000');
    expect(read('memory/kubepods/burstable/poduid-1/memory.limit_in_bytes')).toBe(String(64 * 1024 * 1024));
    writeFileSync(join(folder, 'cpu/kubepods/burstable/poduid-1/cpu.cfs_quota_us'), '-1');
    await cgroups.raise(sized('4', '32Mi'));
    expect(read('cpu/kubepods/burstable/poduid-1/cpu.cfs_quota_us')).toBe('-1');
  });

  it('removes the folders of a pod in every class', async () => {
    for (const path of ['cpu/kubepods/burstable/poduid-1/child', 'pids/kubepods/poduid-1'])
      mkdirSync(join(folder, path), { recursive: true });
    await new CgroupManager('/', folder).remove('uid-1');
    expect(existsSync(join(folder, 'cpu/kubepods/burstable/poduid-1'))).toBe(false);
    expect(existsSync(join(folder, 'pids/kubepods/poduid-1'))).toBe(false);
  });
});
