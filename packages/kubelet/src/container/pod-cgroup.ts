import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pod, qosClassOf, specOf, uidOf } from '../objects';
import { hasCode, isMissing } from '../program';
import { bytes, cpuQuota, cpuShares, milli } from './resources';

const ROOT = '/sys/fs/cgroup';

/** The cgroups of pods: one for each pod, below one for its class, as upstream's cgroupfs driver lays them out. */
export class CgroupManager {
  constructor(
    private readonly cgroupRoot: string,
    private readonly fileSystem = ROOT,
  ) {}

  /** The pod's cgroup, from the root of each hierarchy. */
  pathOf(pod: Pod): string {
    const qos = qosClassOf(pod);
    const parent = qos === 'Guaranteed' ? '' : qos.toLowerCase();
    return join('/', this.cgroupRoot, 'kubepods', parent, `pod${uidOf(pod)}`);
  }

  /** Makes the pod's cgroup with the limits of all its containers together. Controllers that the machine lacks are left out. */
  async create(pod: Pod): Promise<void> {
    const path = this.pathOf(pod);
    const { shares, quota, memory } = podLimits(pod);
    if (await this.isUnified()) return this.createUnified(path, { shares, quota, memory });
    await this.write('cpu', path, { 'cpu.shares': String(shares), ...(quota > 0 && { 'cpu.cfs_quota_us': String(quota) }) });
    await this.write('memory', path, memory > 0 ? { 'memory.limit_in_bytes': String(memory) } : {});
  }

  /** Raises the limits of a pod's cgroup before those of its containers are raised, which must not be above them; lowers none. */
  async raise(pod: Pod): Promise<void> {
    const path = this.pathOf(pod);
    const { quota, memory } = podLimits(pod);
    if (await this.isUnified()) {
      await this.raiseFile(join(path, 'cpu.max'), quota, `${quota} 100000`);
      return this.raiseFile(join(path, 'memory.max'), memory, String(memory));
    }
    await this.raiseFile(join('cpu', path, 'cpu.cfs_quota_us'), quota, String(quota));
    await this.raiseFile(join('memory', path, 'memory.limit_in_bytes'), memory, String(memory));
  }

  /** A limit that is not there is above all others: written where the pod is to have none, left where it has none. */
  private async raiseFile(path: string, limit: number, text: string): Promise<void> {
    const file = join(this.fileSystem, path);
    const before = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    const old = Number.parseInt(before ?? '', 10);
    if (Number.isNaN(old) || old < 0) return;
    if (limit > old) await writeFile(file, text);
  }

  /** Removes the cgroups of a pod, once no process is left in them. */
  async remove(uid: string): Promise<void> {
    for (const hierarchy of await this.hierarchies()) {
      for (const qos of ['', 'burstable', 'besteffort'])
        await removeTree(join(this.fileSystem, hierarchy, this.cgroupRoot, 'kubepods', qos, `pod${uid}`));
    }
  }

  private async isUnified(): Promise<boolean> {
    return (await readdir(this.fileSystem)).includes('cgroup.controllers');
  }

  private async hierarchies(): Promise<string[]> {
    if (await this.isUnified()) return [''];
    const entries = await readdir(this.fileSystem, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  private async write(controller: string, path: string, files: Readonly<Record<string, string>>): Promise<void> {
    if (!(await readdir(this.fileSystem)).includes(controller)) return;
    const folder = join(this.fileSystem, controller, path);
    await mkdir(folder, { recursive: true });
    for (const [name, value] of Object.entries(files)) await writeFile(join(folder, name), value);
  }

  private async createUnified(path: string, { shares, quota, memory }: PodLimits): Promise<void> {
    const parts = path.split('/').filter(Boolean);
    for (let depth = 1; depth <= parts.length; depth++) {
      const parent = join(this.fileSystem, ...parts.slice(0, depth - 1));
      await mkdir(join(this.fileSystem, ...parts.slice(0, depth)), { recursive: true });
      await writeFile(join(parent, 'cgroup.subtree_control'), '+cpu +memory +pids');
    }
    const folder = join(this.fileSystem, path);
    // From shares of 2 to 262144 to weights of 1 to 10000, as runc does.
    await writeFile(join(folder, 'cpu.weight'), String(1 + Math.floor(((shares - 2) * 9999) / 262_142)));
    if (quota > 0) await writeFile(join(folder, 'cpu.max'), `${quota} 100000`);
    if (memory > 0) await writeFile(join(folder, 'memory.max'), String(memory));
  }
}

interface PodLimits {
  readonly shares: number;
  readonly quota: number;
  readonly memory: number;
}

/** Sums over containers; a limit counts only where each container has one (cm.ResourceConfigForPod). */
export function podLimits(pod: Pod): PodLimits {
  const { containers, initContainers = [] } = specOf(pod);
  const sum = (read: (resources: NonNullable<(typeof containers)[number]['resources']>) => number): number => {
    const main = containers.reduce((total, { resources = {} }) => total + read(resources), 0);
    return Math.max(main, ...initContainers.map(({ resources = {} }) => read(resources)));
  };
  const all = [...containers, ...initContainers];
  const hasLimits = (name: string): boolean => all.every(({ resources }) => resources?.limits?.[name] !== undefined);
  return {
    shares: cpuShares(sum(({ requests = {}, limits = {} }) => milli(requests['cpu'] ?? limits['cpu']))),
    quota: hasLimits('cpu') ? cpuQuota(sum(({ limits = {} }) => milli(limits['cpu']))) : 0,
    memory: hasLimits('memory') ? sum(({ limits = {} }) => bytes(limits['memory'])) : 0,
  };
}

/** Cgroup folders are removed by rmdir alone: their files are the kernel's. */
async function removeTree(folder: string): Promise<void> {
  try {
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isDirectory()) await removeTree(join(folder, entry.name));
    await rmdir(folder);
  } catch (error) {
    if (!isMissing(error) && !hasCode(error, 'EBUSY')) throw error;
  }
}
