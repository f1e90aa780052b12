import type { Container, Pod, PodSpec } from '../objects';
import { containerHash } from '../runtime/labels';
import type { ContainerState, PodState, SandboxState } from '../runtime/pod-state';

/** A pod with containers of those names, and what else its spec is to have. */
export function podOf(names: readonly string[], spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'uid-1', resourceVersion: '1' },
    spec: { restartPolicy: 'Always', containers: names.map(containerNamed), ...spec },
  };
}

export function containerNamed(name: string): Container {
  return { name, image: 'busybox:1' };
}

export const SANDBOX: SandboxState = {
  id: 's1',
  attempt: 0,
  isReady: true,
  createdAt: 1000,
  ips: ['10.0.0.5'],
  usesHostNetwork: false,
};

/** What the runtime says of a container; by default it runs. */
export function stateOf(name: string, changes: Partial<ContainerState> = {}): ContainerState {
  return {
    id: `${name}-id`,
    name,
    sandboxId: 's1',
    state: 'running',
    createdAt: 2000,
    startedAt: 3000,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    image: 'busybox:1',
    imageId: 'sha256:1',
    hash: containerHash(containerNamed(name)),
    restartCount: 0,
    logPath: '',
    ...changes,
  };
}

/** One that has ended. */
export function exited(name: string, exitCode: number, changes: Partial<ContainerState> = {}): ContainerState {
  return stateOf(name, { state: 'exited', finishedAt: 4000, exitCode, ...changes });
}

export function podState(containers: readonly ContainerState[], sandbox: Partial<SandboxState> = {}): PodState {
  return { sandboxes: [{ ...SANDBOX, ...sandbox }], containers };
}
