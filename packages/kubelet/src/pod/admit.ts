import { type Pod, specOf } from '../objects';

/** Why the kubelet does not run a pod that it was given. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

type NamespaceName = 'IPC' | 'Net';

/** Sysctls that belong to a pod's own namespaces and can harm nobody else (upstream's safe set). */
const SAFE_SYSCTLS: Readonly<Record<string, NamespaceName>> = {
  'kernel.shm_rmid_forced': 'IPC',
  'net.ipv4.ip_local_port_range': 'Net',
  'net.ipv4.ip_local_reserved_ports': 'Net',
  'net.ipv4.ip_unprivileged_port_start': 'Net',
  'net.ipv4.ping_group_range': 'Net',
  'net.ipv4.tcp_fin_timeout': 'Net',
  'net.ipv4.tcp_keepalive_intvl': 'Net',
  'net.ipv4.tcp_keepalive_probes': 'Net',
  'net.ipv4.tcp_keepalive_time': 'Net',
  'net.ipv4.tcp_rmem': 'Net',
  'net.ipv4.tcp_syncookies': 'Net',
  'net.ipv4.tcp_wmem': 'Net',
};

/** Other sysctls that have a namespace of their own: an administrator may allow them (`allowedUnsafeSysctls`). */
const NAMESPACES: readonly (readonly [string, NamespaceName])[] = [
  ['fs.mqueue.', 'IPC'],
  ['kernel.msg', 'IPC'],
  ['kernel.sem', 'IPC'],
  ['kernel.shm', 'IPC'],
  ['net.', 'Net'],
];

export interface NodeRules {
  /** Names, or what names begin with where they end in `*`. */
  readonly allowedUnsafeSysctls: readonly string[];
}

/** Whether this node may run the pod; undefined where it may. Pure. */
export function refusalOf(pod: Pod, { allowedUnsafeSysctls }: NodeRules): Refusal | undefined {
  const { securityContext, hostNetwork = false, hostIPC = false } = specOf(pod);
  for (const { name } of securityContext?.sysctls ?? []) {
    const problem = sysctlProblem(normalized(name), { allowed: allowedUnsafeSysctls, hostNetwork, hostIPC });
    if (problem) return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${problem}` };
  }
  return undefined;
}

interface SysctlContext {
  readonly allowed: readonly string[];
  readonly hostNetwork: boolean;
  readonly hostIPC: boolean;
}

function sysctlProblem(name: string, { allowed, hostNetwork, hostIPC }: SysctlContext): string | undefined {
  const isAllowed = allowed.map(normalized).some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
  const namespace = SAFE_SYSCTLS[name] ?? (isAllowed ? NAMESPACES.find(([prefix]) => name.startsWith(prefix))?.[1] : undefined);
  if (!namespace) return `"${name}" not allowlisted`;
  const isShared = namespace === 'Net' ? hostNetwork : hostIPC;
  return isShared ? `"${name}" not allowed with host ${namespace} enabled` : undefined;
}

/** Names may be written with slashes, and have dots in their parts then. */
function normalized(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === '/' ? name.replace(/[./]/g, (each) => (each === '/' ? '.' : '/')) : name;
}
