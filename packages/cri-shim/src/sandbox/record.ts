import { cri } from '@typekube/cri-api';
import type { RecordCodec } from '../store/records';

/** `creating` is never shown as ready: after a crash it is taken down. */
export type SandboxState = 'creating' | 'ready' | 'stopped';

export interface SandboxRecord {
  readonly id: string;
  readonly config: cri.PodSandboxConfig;
  readonly runtimeHandler: string;
  /** Nanoseconds since 1970. */
  readonly createdAt: number;
  readonly state: SandboxState;
  /** The pod's addresses; none on the host's network. */
  readonly ips: readonly string[];
  /** The process that holds a shared PID namespace, if there is one. */
  readonly holderPid?: number;
}

export const sandboxCodec: RecordCodec<SandboxRecord> = {
  encode: (record) => record,
  decode: (value) => {
    const record = value as SandboxRecord;
    return { ...record, config: cri.PodSandboxConfig.decode(cri.PodSandboxConfig.encode(record.config).finish()) };
  },
};

/** The modes of a sandbox's namespaces; what is not said is CRI's default, which is POD. */
export function namespaceModes({ linux }: cri.PodSandboxConfig): { network: cri.NamespaceMode; pid: cri.NamespaceMode; ipc: cri.NamespaceMode } {
  const { POD } = cri.NamespaceMode;
  const options = linux?.securityContext?.namespaceOptions;
  return { network: options?.network ?? POD, pid: options?.pid ?? POD, ipc: options?.ipc ?? POD };
}

export function toSandbox({ id, config, runtimeHandler, createdAt, state }: SandboxRecord): cri.IPodSandbox {
  const { metadata, labels, annotations } = config;
  return { id, metadata, labels, annotations, runtimeHandler, createdAt, state: toState(state) };
}

export function toSandboxStatus({ id, config, runtimeHandler, createdAt, state, ips }: SandboxRecord): cri.IPodSandboxStatus {
  const { metadata, labels, annotations, linux } = config;
  const [ip = '', ...others] = ips;
  return {
    id,
    metadata,
    state: toState(state),
    createdAt,
    network: { ip, additionalIps: others.map((other) => ({ ip: other })) },
    linux: { namespaces: { options: linux?.securityContext?.namespaceOptions ?? {} } },
    labels,
    annotations,
    runtimeHandler,
  };
}

function toState(state: SandboxState): cri.PodSandboxState {
  return state === 'ready' ? cri.PodSandboxState.SANDBOX_READY : cri.PodSandboxState.SANDBOX_NOTREADY;
}
