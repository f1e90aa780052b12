import type { corev1 } from '../../../types';

/** What `kubectl get pods` says of the containers of a pod (upstream's printPod). */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** The word under STATUS. */
  readonly reason: string;
  readonly restarts: number;
  /** When a container last ended before a restart. */
  readonly lastRestart: string | undefined;
}

type ContainerStatus = corev1.ContainerStatus;

/** A running sum over containers: restarts and the last of them. */
interface Restarts {
  readonly count: number;
  readonly last: string | undefined;
}

const NO_RESTARTS: Restarts = { count: 0, last: undefined };

/** The pod's containers at a glance: init containers first, then, once they are through, the others. */
export function summarizePod(pod: corev1.Pod): PodSummary {
  const { spec, status } = pod;
  const sidecars = new Set((spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const total = (spec?.containers.length ?? 0) + sidecars.size;
  const init = summarizeInit(pod, sidecars);
  if (init.reason !== undefined && !hasCondition(status, 'Initialized')) {
    const { count, last } = init.restarts;
    return { ready: init.ready, total, reason: overridden(pod, init.reason), restarts: count, lastRestart: last };
  }
  const main = summarizeMain(status, init.reason ?? phaseReason(status));
  const restarts = addRestarts(init.sidecarRestarts, status?.containerStatuses ?? []);
  return {
    ready: init.ready + main.ready,
    total,
    reason: overridden(pod, main.reason),
    restarts: restarts.count,
    lastRestart: restarts.last,
  };
}

/** Before any container is looked at: the pod's own reason, its phase, or that gates hold it back. */
function phaseReason(status: corev1.PodStatus | undefined): string {
  const gated = status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return gated ? 'SchedulingGated' : status?.reason || status?.phase || '';
}

interface InitSummary {
  readonly ready: number;
  /** Why initialization is not through; undefined if it is. */
  readonly reason: string | undefined;
  readonly restarts: Restarts;
  readonly sidecarRestarts: Restarts;
}

/** Init containers run one after another, so the first that is not through says where the pod stands. */
function summarizeInit({ spec, status }: corev1.Pod, sidecars: ReadonlySet<string>): InitSummary {
  const statuses = status?.initContainerStatuses ?? [];
  const isThrough = (container: ContainerStatus): boolean =>
    container.state?.terminated?.exitCode === 0 || (sidecars.has(container.name) && container.started === true);
  const at = statuses.findIndex((container) => !isThrough(container));
  const seen = at < 0 ? statuses : statuses.slice(0, at + 1);
  const waitingFor = statuses[at];
  return {
    ready: seen.filter((container) => isRunningSidecar(container, sidecars)).length,
    reason: waitingFor && initReason(waitingFor, `${at}/${spec?.initContainers?.length ?? 0}`),
    restarts: addRestarts(NO_RESTARTS, seen),
    sidecarRestarts: addRestarts(NO_RESTARTS, seen.filter(({ name }) => sidecars.has(name))),
  };
}

function isRunningSidecar(container: ContainerStatus, sidecars: ReadonlySet<string>): boolean {
  const ended = container.state?.terminated?.exitCode === 0;
  return !ended && sidecars.has(container.name) && container.started === true && container.ready;
}

function initReason({ state }: ContainerStatus, progress: string): string {
  if (state?.terminated) return `Init:${terminatedReason(state.terminated)}`;
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${progress}`;
}

/** The first container in the list has the last word; a pod with one still running is not `Completed`. */
function summarizeMain(status: corev1.PodStatus | undefined, before: string): { ready: number; reason: string } {
  const containers = [...(status?.containerStatuses ?? [])].reverse();
  const running = containers.filter(isRunning).length;
  const reason = containers.map(containerReason).findLast((each) => each !== undefined) ?? before;
  if (reason !== 'Completed') return { ready: running, reason };
  if (running > 0 && hasCondition(status, 'Ready')) return { ready: running, reason: 'Running' };
  const failed = containers.filter(({ state }) => !isWaiting(state) && state?.terminated && state.terminated.exitCode !== 0);
  const error = failed.map(containerReason).findLast((each) => each !== undefined);
  return { ready: running, reason: error ?? (running > 0 ? 'NotReady' : reason) };
}

function containerReason({ state }: ContainerStatus): string | undefined {
  if (isWaiting(state)) return state?.waiting?.reason;
  return state?.terminated && terminatedReason(state.terminated);
}

function isWaiting(state: corev1.ContainerState | undefined): boolean {
  return Boolean(state?.waiting?.reason);
}

function isRunning({ state, ready }: ContainerStatus): boolean {
  return !isWaiting(state) && !state?.terminated && ready && state?.running !== undefined;
}

function terminatedReason({ reason, signal, exitCode }: corev1.ContainerStateTerminated): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** A pod on its way out says so, unless it has ended already; one on a lost node is unknown. */
function overridden({ metadata, status }: corev1.Pod, reason: string): string {
  if (!metadata.deletionTimestamp) return reason;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? reason : 'Terminating';
}

function addRestarts(before: Restarts, containers: readonly ContainerStatus[]): Restarts {
  return containers.reduce<Restarts>(({ count, last }, { restartCount, lastState }) => {
    const ended = lastState?.terminated?.finishedAt;
    const later = ended && (!last || Date.parse(ended) > Date.parse(last)) ? ended : last;
    return { count: count + restartCount, last: later };
  }, before);
}

function isSidecar({ restartPolicy }: corev1.Container): boolean {
  return restartPolicy === 'Always';
}

/** Whether the first condition of that type is true. */
function hasCondition(status: corev1.PodStatus | undefined, wanted: string): boolean {
  return status?.conditions?.find(({ type }) => type === wanted)?.status === 'True';
}
