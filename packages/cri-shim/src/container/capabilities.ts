import type { cri } from '@typekube/cri-api';
import type { SpecCapabilities } from './runtime-spec';

/** By number, as the kernel counts them. */
const NAMES = [
  'CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL', 'CAP_SETGID', 'CAP_SETUID',
  'CAP_SETPCAP', 'CAP_LINUX_IMMUTABLE', 'CAP_NET_BIND_SERVICE', 'CAP_NET_BROADCAST', 'CAP_NET_ADMIN', 'CAP_NET_RAW',
  'CAP_IPC_LOCK', 'CAP_IPC_OWNER', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO', 'CAP_SYS_CHROOT', 'CAP_SYS_PTRACE', 'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN', 'CAP_SYS_BOOT', 'CAP_SYS_NICE', 'CAP_SYS_RESOURCE', 'CAP_SYS_TIME', 'CAP_SYS_TTY_CONFIG', 'CAP_MKNOD',
  'CAP_LEASE', 'CAP_AUDIT_WRITE', 'CAP_AUDIT_CONTROL', 'CAP_SETFCAP', 'CAP_MAC_OVERRIDE', 'CAP_MAC_ADMIN', 'CAP_SYSLOG',
  'CAP_WAKE_ALARM', 'CAP_BLOCK_SUSPEND', 'CAP_AUDIT_READ', 'CAP_PERFMON', 'CAP_BPF', 'CAP_CHECKPOINT_RESTORE',
] as const;

/** What a container has when nothing is said: the set of Docker and containerd. */
const DEFAULT = [
  'CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FSETID', 'CAP_FOWNER', 'CAP_MKNOD', 'CAP_NET_RAW', 'CAP_SETGID', 'CAP_SETUID', 'CAP_SETFCAP',
  'CAP_SETPCAP', 'CAP_NET_BIND_SERVICE', 'CAP_SYS_CHROOT', 'CAP_KILL', 'CAP_AUDIT_WRITE',
];

/** The capabilities of a bit mask such as `CapBnd` of /proc/self/status. */
export function capabilitiesOfMask(mask: string): string[] {
  const bits = BigInt(`0x${mask}`);
  return NAMES.filter((_name, position) => (bits >> BigInt(position)) & 1n);
}

/**
 * The capabilities of a container. `available` is what this machine can give: names beyond it make runc fail where the container would not
 * need them, so privileged containers and `ALL` get only those.
 */
export function containerCapabilities(
  asked: cri.ICapability | null | undefined,
  { privileged, available }: { readonly privileged: boolean; readonly available: readonly string[] },
): SpecCapabilities {
  if (privileged) return sets(available, []);
  const add = (asked?.addCapabilities ?? []).map(fullName);
  const drop = (asked?.dropCapabilities ?? []).map(fullName);
  const ambient = (asked?.addAmbientCapabilities ?? []).map(fullName);
  const base = new Set<string>(drop.includes('CAP_ALL') ? [] : add.includes('CAP_ALL') ? available : DEFAULT.filter((name) => available.includes(name)));
  if (add.includes('CAP_ALL')) for (const name of available) base.add(name);
  for (const name of [...add, ...ambient]) if (name !== 'CAP_ALL') base.add(name);
  for (const name of drop) base.delete(name);
  const all = NAMES.filter((name) => base.has(name));
  return sets([...all, ...[...base].filter((name) => !all.some((known) => known === name))], ambient.filter((name) => base.has(name)));
}

function sets(names: readonly string[], ambient: readonly string[]): SpecCapabilities {
  return { bounding: names, effective: names, permitted: names, inheritable: ambient, ambient };
}

function fullName(name: string): string {
  const upper = name.toUpperCase();
  return upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}
