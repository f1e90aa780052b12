import type { corev1 } from '@typekube/api';
import { type Pressure, PRESSURES } from '../eviction/signals';

export interface NodeStatusInput {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly info: corev1.NodeSystemInfo;
  readonly port: number;
  readonly images: readonly corev1.ContainerImage[];
  /** Why the node is not ready; empty where it is. */
  readonly problems: readonly string[];
  readonly pressures: readonly Pressure[];
  /** The present time, as the API writes it. */
  readonly now: string;
  readonly old: corev1.Node | undefined;
}

/** The labels every node has (kubelet's initialNode), and those asked for. */
export function nodeLabels(name: string, architecture: string, extra: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...extra,
  };
}

/** The status of the node; pure. What others write there stays. */
export function nodeStatus(input: NodeStatusInput): corev1.NodeStatus {
  const { name, addresses, capacity, allocatable, info, port, images, old } = input;
  const foreign = extendedResources(old?.status?.capacity);
  const own = [...addresses.map((address) => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }];
  return {
    ...structuredClone({ ...old?.status }),
    capacity: { ...foreign, ...capacity },
    allocatable: { ...foreign, ...allocatable },
    addresses: own,
    conditions: nodeConditions(input),
    nodeInfo: info,
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    images: images.map((image) => ({ ...image })),
  };
}

/** Resources of a domain of their own (`example.com/gpu`), which others say that the node has: all of them are for pods. */
function extendedResources(capacity: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(capacity).filter(([name]) => name.includes('/') && !name.startsWith('kubernetes.io/')));
}

interface Finding {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

function finding(status: Finding['status'], reason: string, message: string): Finding {
  return { status, reason, message };
}

const PRESSURE_FINDINGS: Readonly<Record<Pressure, Readonly<Record<Finding['status'], Finding>>>> = {
  MemoryPressure: {
    True: finding('True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'),
    False: finding('False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
  },
  DiskPressure: {
    True: finding('True', 'KubeletHasDiskPressure', 'kubelet has disk pressure'),
    False: finding('False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
  },
  PIDPressure: {
    True: finding('True', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available'),
    False: finding('False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
  },
};

function nodeConditions({ problems, pressures, now, old }: NodeStatusInput): corev1.NodeCondition[] {
  const ready: Finding = problems.length
    ? {
        status: 'False',
        reason: 'KubeletNotReady',
        message: problems.length > 1 ? `[${problems.join(', ')}]` : (problems[0] ?? ''),
      }
    : { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  const found: [string, Finding][] = [
    ...PRESSURES.map((type): [string, Finding] => [type, PRESSURE_FINDINGS[type][pressures.includes(type) ? 'True' : 'False']]),
    ['Ready', ready],
  ];
  const own = new Set(found.map(([type]) => type));
  const conditions = old?.status?.conditions ?? [];
  const others = conditions.filter(({ type }) => !own.has(type)).map((condition) => ({ ...condition }));
  return [
    ...others,
    ...found.map(([type, finding]) => {
      const before = conditions.find((condition) => condition.type === type);
      const lastTransitionTime = before?.status === finding.status && before.lastTransitionTime ? before.lastTransitionTime : now;
      return {
        type,
        status: finding.status,
        lastHeartbeatTime: now,
        lastTransitionTime,
        reason: finding.reason,
        message: finding.message,
      };
    }),
  ];
}
