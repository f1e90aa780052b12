/** What the runtime knows of a pod. The newest come first in both lists. */
export interface PodState {
  readonly sandboxes: readonly SandboxState[];
  readonly containers: readonly ContainerState[];
}

export interface SandboxState {
  readonly id: string;
  readonly attempt: number;
  readonly isReady: boolean;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly ips: readonly string[];
  readonly usesHostNetwork: boolean;
}

export interface ContainerState {
  readonly id: string;
  readonly name: string;
  readonly sandboxId: string;
  readonly state: 'created' | 'running' | 'exited' | 'unknown';
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly image: string;
  readonly imageId: string;
  /** See containerHash; empty where another made the container. */
  readonly hash: string;
  readonly restartCount: number;
  readonly logPath: string;
  /** What the kernel limits it to, where the runtime tells. */
  readonly resources?: { readonly cpuShares: number; readonly cpuQuota: number; readonly memoryLimitInBytes: number };
  readonly user?: { readonly uid: number; readonly gid: number; readonly supplementalGroups: readonly number[] };
}

export const NO_STATE: PodState = { sandboxes: [], containers: [] };

/** The newest container of that name. */
export function newestOf({ containers }: PodState, name: string): ContainerState | undefined {
  return containers.find((container) => container.name === name);
}

/** Containers that still run, or may. */
export function runningOf({ containers }: PodState): ContainerState[] {
  return containers.filter(({ state }) => state === 'running' || state === 'unknown');
}
