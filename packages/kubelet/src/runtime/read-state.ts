import { cri } from '@typekube/cri-api';
import { ANNOTATIONS, LABELS } from './labels';
import type { ContainerState, PodState, SandboxState } from './pod-state';

/** Whose sandbox it is. */
export interface PodIdentity {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
}

/** Undefined for a sandbox that no kubelet made. */
export function identityOf({ labels, annotations }: cri.PodSandbox): PodIdentity | undefined {
  const { [LABELS.podUid]: uid, [LABELS.podName]: name, [LABELS.podNamespace]: namespace } = labels;
  return uid && name && namespace ? { uid, name, namespace, node: annotations[ANNOTATIONS.node] ?? '' } : undefined;
}

/** What the runtime says of a container, and what the container itself has said at its end. Messages must not be copied: their defaults are not their own fields. */
export interface EndedStatus {
  readonly status: cri.ContainerStatus;
  readonly words: string;
}

/** The messages of the runtime as the kubelet's own state, newest first. */
export function readPodState(
  sandboxes: readonly cri.PodSandboxStatus[],
  containers: readonly EndedStatus[],
  sandboxOf: ReadonlyMap<string, string>,
): PodState {
  return {
    sandboxes: sandboxes.map(toSandbox).sort(newestFirst),
    containers: containers.map((ended) => toContainer(ended, sandboxOf.get(ended.status.id) ?? '')).sort(newestFirst),
  };
}

function newestFirst(a: { createdAt: number }, b: { createdAt: number }): number {
  return b.createdAt - a.createdAt;
}

export function toSandbox({ id, metadata, state, createdAt, network, linux }: cri.PodSandboxStatus): SandboxState {
  const ips = [network?.ip ?? '', ...(network?.additionalIps ?? []).map(({ ip }) => ip)].filter(Boolean);
  return {
    id,
    attempt: metadata?.attempt ?? 0,
    isReady: state === cri.PodSandboxState.SANDBOX_READY,
    createdAt: milliseconds(createdAt),
    ips,
    usesHostNetwork: linux?.namespaces?.options?.network === cri.NamespaceMode.NODE,
  };
}

const STATES = { 0: 'created', 1: 'running', 2: 'exited', 3: 'unknown' } as const;

function toContainer({ status, words }: EndedStatus, sandboxId: string): ContainerState {
  const { id, metadata, state, annotations, image, imageRef, imageId, user, resources } = status;
  return {
    id,
    name: metadata?.name ?? status.labels[LABELS.containerName] ?? '',
    sandboxId,
    state: STATES[state],
    createdAt: milliseconds(status.createdAt),
    startedAt: milliseconds(status.startedAt),
    finishedAt: milliseconds(status.finishedAt),
    exitCode: status.exitCode,
    reason: status.reason,
    message: [status.message, words].filter(Boolean).join(': '),
    image: image?.userSpecifiedImage || image?.image || imageRef,
    imageId: imageRef || imageId,
    hash: annotations[ANNOTATIONS.hash] ?? '',
    restartCount: Number(annotations[ANNOTATIONS.restartCount] ?? metadata?.attempt ?? 0),
    logPath: status.logPath,
    ...(resources?.linux && { resources: limitsOf(resources.linux) }),
    ...(user?.linux && { user: { uid: user.linux.uid, gid: user.linux.gid, supplementalGroups: user.linux.supplementalGroups } }),
  };
}

/** Messages must not be copied as a whole; zero means no limit. */
function limitsOf({ cpuShares, cpuQuota, memoryLimitInBytes }: cri.LinuxContainerResources): NonNullable<ContainerState['resources']> {
  return { cpuShares, cpuQuota: Math.max(0, cpuQuota), memoryLimitInBytes };
}

/** CRI counts in nanoseconds. */
function milliseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1_000_000);
}
