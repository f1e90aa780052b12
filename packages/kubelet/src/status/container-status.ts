import type { corev1 } from '@typekube/api';
import { formatTime } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { type Container, ephemeralOf, isSidecar, type Pod, specOf } from '../objects';
import { shouldStart } from '../pod/plan';
import { type ContainerState, newestOf, type PodState } from '../runtime/pod-state';
import { hasHadTurn } from './has-had-turn';

type ContainerStatus = corev1.ContainerStatus;
type OldStatus = DeepReadonly<ContainerStatus> | undefined;

/** Why containers wait, by their names. */
export type WaitingReasons = ReadonlyMap<string, { readonly reason: string; readonly message: string }>;

export interface ContainerStatusInput {
  readonly pod: Pod;
  readonly state: PodState;
  readonly reasons: WaitingReasons;
  /** Of the runtime, before `://` in container ids: `containerd`. */
  readonly runtimeName: string;
  /** What probes say of a running container. */
  isReady(container: Container, id: string): boolean;
  isStarted(container: Container, id: string): boolean;
  /** Containers, by their ids, that do not have the resources yet that the pod was given. */
  readonly resizing?: ReadonlySet<string>;
  /** Nothing of the pod runs any more, or ever will. */
  readonly isTerminal: boolean;
}

/** The status of every ephemeral container: no probe is asked of them, and none is ever ready. */
export function ephemeralStatuses(input: ContainerStatusInput): ContainerStatus[] {
  const old = new Map(input.pod.status?.ephemeralContainerStatuses?.map((status) => [status.name, status]));
  return ephemeralOf(input.pod).map((container) => {
    const { started: _, ...status } = statusOf(container, old.get(container.name), 'main', input);
    return { ...status, ready: false };
  });
}

/** The status of every init or main container (kubelet's convertToAPIContainerStatuses). */
export function containerStatuses(input: ContainerStatusInput, kind: 'init' | 'main'): ContainerStatus[] {
  const { initContainers = [], containers } = specOf(input.pod);
  const old = new Map(oldStatuses(input.pod, kind).map((status) => [status.name, status]));
  return (kind === 'init' ? initContainers : containers).map((container) =>
    statusOf(container, old.get(container.name), kind, input),
  );
}

function oldStatuses({ status }: Pod, kind: 'init' | 'main'): readonly DeepReadonly<ContainerStatus>[] {
  return (kind === 'init' ? status?.initContainerStatuses : status?.containerStatuses) ?? [];
}

function statusOf(container: Container, old: OldStatus, kind: 'init' | 'main', input: ContainerStatusInput): ContainerStatus {
  const { pod, state, reasons, isTerminal } = input;
  const newest = newestOf(state, container.name);
  const reason = reasons.get(container.name);
  if (!newest) return statusWithout(container, old, input);
  const status = fromState(container, newest, input);
  if (old?.resources && input.resizing?.has(newest.id)) status.resources = withoutClaims(old.resources);
  const previous = state.containers.filter(({ name }) => name === container.name)[1];
  const lastState =
    previous?.state === 'exited'
      ? { terminated: terminated(previous, input) }
      : old?.containerID === status.containerID
        ? old?.lastState
        : // The one before is gone from the runtime already.
          old?.state?.terminated
          ? old.state
          : (old?.lastState ?? {});
  status.lastState = structuredClone({ ...lastState });
  const isInitDone = kind === 'init' && newest.state === 'exited' && newest.exitCode === 0 && !isSidecar(container);
  if (reason && !isTerminal && newest.state !== 'running' && !isInitDone && shouldStart(pod, container, newest)) {
    if (status.state?.terminated) status.lastState = { terminated: status.state.terminated };
    status.state = { waiting: { ...reason } };
  }
  return status;
}

/** The runtime has no such container: it was never made, or it is lost. */
function statusWithout(
  container: Container,
  old: OldStatus,
  { reasons, pod, state, isTerminal }: ContainerStatusInput,
): ContainerStatus {
  const isLost = isTerminal && hasHadTurn(container, { pod, state });
  const base = {
    name: container.name,
    image: old?.image || container.image || '',
    imageID: old?.imageID ?? '',
    ready: false,
    started: false,
    restartCount: old?.restartCount ?? 0,
  };
  const lastState = structuredClone({ ...old?.lastState });
  if (old?.state?.terminated) {
    return {
      ...base,
      ...(old.containerID && { containerID: old.containerID }),
      state: structuredClone({ ...old.state }),
      lastState,
      ready: old.ready,
    };
  }
  if (isLost || old?.state?.running) {
    const lost = {
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      message: isLost
        ? 'The container could not be located when the pod was terminated'
        : 'The container could not be located when the pod was deleted.  The container used to be Running',
    };
    if (isLost) return { ...base, state: { terminated: lost }, lastState };
    return {
      ...base,
      restartCount: base.restartCount + 1,
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: { terminated: lost },
    };
  }
  const isInitializing = (specOf(pod).initContainers?.length ?? 0) > 0;
  const waiting = reasons.get(container.name) ?? { reason: isInitializing ? 'PodInitializing' : 'ContainerCreating' };
  // Whoever starts it again counts on from there.
  return { ...base, ...(old?.containerID && { containerID: old.containerID }), state: { waiting: { ...waiting } }, lastState };
}

function fromState(container: Container, state: ContainerState, input: ContainerStatusInput): ContainerStatus {
  const isRunning = state.state === 'running';
  const isStarted = isRunning && input.isStarted(container, state.id);
  const isInitDone = state.state === 'exited' && state.exitCode === 0 && isInit(input.pod, container) && !isSidecar(container);
  return {
    name: container.name,
    image: state.image,
    imageID: state.imageId,
    containerID: `${input.runtimeName}://${state.id}`,
    restartCount: state.restartCount,
    ready: isInitDone || (isStarted && input.isReady(container, state.id)),
    started: isStarted,
    state: stateOf(state, input),
    ...(isRunning &&
      state.user && {
        user: { linux: { uid: state.user.uid, gid: state.user.gid, supplementalGroups: [...state.user.supplementalGroups] } },
      }),
    resources: withoutClaims(container.resources),
    ...(container.resources?.requests && { allocatedResources: { ...container.resources.requests } }),
    ...(container.volumeMounts?.length && { volumeMounts: mountStatuses(container) }),
  };
}

function withoutClaims({ requests, limits }: NonNullable<Container['resources']> = {}): corev1.ResourceRequirements {
  return { ...(limits && { limits: { ...limits } }), ...(requests && { requests: { ...requests } }) };
}

function mountStatuses({ volumeMounts = [] }: Container): corev1.VolumeMountStatus[] {
  return volumeMounts.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
  }));
}

function isInit(pod: Pod, { name }: Container): boolean {
  return specOf(pod).initContainers?.some((init) => init.name === name) ?? false;
}

function stateOf(state: ContainerState, input: ContainerStatusInput): corev1.ContainerState {
  switch (state.state) {
    case 'running':
      return { running: { startedAt: time(state.startedAt) } };
    case 'created':
      return { waiting: { reason: 'ContainerCreating' } };
    case 'exited':
    case 'unknown':
      return { terminated: terminated(state, input) };
  }
}

function terminated(
  { id, exitCode, reason, message, startedAt, finishedAt, state }: ContainerState,
  { runtimeName }: ContainerStatusInput,
): corev1.ContainerStateTerminated {
  return {
    exitCode: state === 'unknown' ? 137 : exitCode,
    reason: state === 'unknown' ? 'ContainerStatusUnknown' : reason || (exitCode === 0 ? 'Completed' : 'Error'),
    ...(message && { message }),
    startedAt: startedAt ? time(startedAt) : EPOCH,
    finishedAt: finishedAt ? time(finishedAt) : EPOCH,
    containerID: `${runtimeName}://${id}`,
  };
}

/** What upstream shows for a container that was never started. */
const EPOCH = '1970-01-01T00:00:00Z';

function time(milliseconds: number): string {
  return formatTime(new Date(milliseconds));
}
