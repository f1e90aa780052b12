import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { cri } from '@typekube/cri-api';
import type { Host } from '../host';
import { isMissing } from '../errors';

/** Where containers of pods without a parent cgroup go. */
const DEFAULT_PARENT = '/cri-shim';

/** The cgroup of a container, from the root of each hierarchy. */
export function cgroupPath({ linux }: Pick<cri.PodSandboxConfig, 'linux'>, containerId: string): string {
  return join('/', linux?.cgroupParent || DEFAULT_PARENT, containerId);
}

/** What is needed to read cgroups. */
export type CgroupHost = Pick<Host, 'cgroupVersion' | 'cgroupRoot'>;

/** A file of a cgroup: of its controller's hierarchy in version 1, of the one tree in version 2. Undefined if it is not there. */
export async function readCgroupFile({ cgroupVersion, cgroupRoot }: CgroupHost, { controller, path, file }: { controller: string; path: string; file: string }): Promise<string | undefined> {
  const base = cgroupVersion === 2 ? cgroupRoot : join(cgroupRoot, controller);
  try {
    return await readFile(join(base, path, file), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** How many processes of the cgroup the kernel killed for want of memory. */
export async function outOfMemoryKills(host: CgroupHost, path: string): Promise<number> {
  const file = host.cgroupVersion === 2 ? 'memory.events' : 'memory.oom_control';
  return flatKeyed((await readCgroupFile(host, { controller: 'memory', path, file })) ?? '').get('oom_kill') ?? 0;
}

/** Reads `name number` lines. */
export function flatKeyed(text: string): Map<string, number> {
  const lines = text.trim().split('\n').map((line) => line.split(' '));
  return new Map(lines.filter(([name]) => name).map(([name = '', value]) => [name, Number(value)]));
}
