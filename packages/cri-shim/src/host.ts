import { existsSync, readFileSync } from 'node:fs';
import { capabilitiesOfMask } from './container/capabilities';

/** What this machine and this process can do. */
export interface Host {
  readonly cgroupVersion: 1 | 2;
  /** Where cgroups are mounted. */
  readonly cgroupRoot: string;
  readonly hasSwapLimit: boolean;
  readonly hasHugepageLimit: boolean;
  /** The capabilities that containers can be given. */
  readonly capabilities: readonly string[];
  readonly canLowerOomScore: boolean;
  readonly oomScore: number;
  readonly hasSeccomp: boolean;
  readonly hasAppArmor: boolean;
}

const CGROUP_ROOT = '/sys/fs/cgroup';

/** Reads it from /proc and /sys. */
export function probeHost(): Host {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mask = (name: string): string => new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0';
  const cgroupVersion = existsSync(`${CGROUP_ROOT}/cgroup.controllers`) ? 2 : 1;
  return {
    cgroupVersion,
    cgroupRoot: CGROUP_ROOT,
    hasSwapLimit: cgroupVersion === 2 || existsSync(`${CGROUP_ROOT}/memory/memory.memsw.limit_in_bytes`),
    hasHugepageLimit: cgroupVersion === 2 ? readIfThere(`${CGROUP_ROOT}/cgroup.controllers`).includes('hugetlb') : existsSync(`${CGROUP_ROOT}/hugetlb`),
    capabilities: capabilitiesOfMask(mask('CapBnd')),
    canLowerOomScore: capabilitiesOfMask(mask('CapEff')).includes('CAP_SYS_RESOURCE'),
    oomScore: Number(readFileSync('/proc/self/oom_score_adj', 'utf8')),
    hasSeccomp: /^Seccomp:/m.test(status),
    hasAppArmor: readIfThere('/sys/module/apparmor/parameters/enabled').startsWith('Y'),
  };
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
