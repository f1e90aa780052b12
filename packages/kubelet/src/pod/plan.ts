import { type Container, ephemeralOf, isRestartedAfter, isSidecar, mayBeRestarted, type Pod, restartsAllAfter, specOf } from '../objects';
import { containerHash } from '../runtime/labels';
import { type ContainerState, newestOf, type PodState, runningOf } from '../runtime/pod-state';

/** Why a running container has to end, as the event says. */
export interface Kill {
  readonly id: string;
  readonly name: string;
  readonly message: string;
  readonly probeGracePeriodSeconds?: number;
}

/** What is to be done to bring a pod nearer to what is wanted. */
export interface PodPlan {
  /** The sandbox and everything in it ends first. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** Of the sandbox that is to be made. */
  readonly attempt: number;
  /** The sandbox that is there. */
  readonly sandboxId: string;
  readonly kill: readonly Kill[];
  /** In this order, one after the other. */
  readonly start: readonly Container[];
  /** The container whose end makes all of them begin anew, in the same sandbox. */
  readonly restartAll?: ContainerState;
}

/** What probes found of a container by its id. */
export interface ProbeResults {
  liveness(containerId: string): boolean | undefined;
  startup(containerId: string): boolean | undefined;
}

export interface PlanInput {
  readonly pod: Pod;
  readonly state: PodState;
  readonly probes: ProbeResults;
  /** Containers, by their ids, that are to be made anew with other resources. */
  readonly resized?: ReadonlySet<string>;
}

interface Checks extends ProbeResults {
  isResized(containerId: string): boolean;
}

/** The next actions for a pod that is wanted to run (kuberuntime's computePodActions). Pure; what cannot be done comes again. */
export function planPod({ pod, state, probes: results, resized }: PlanInput): PodPlan {
  const probes: Checks = { liveness: (id) => results.liveness(id), startup: (id) => results.startup(id), isResized: (id) => resized?.has(id) ?? false };
  const sandbox = planSandbox(pod, state);
  if (sandbox.createSandbox) return planFresh(pod, state, sandbox);
  const restartAll = restartTrigger(pod, state);
  if (restartAll) return { ...sandbox, killPod: false, kill: [], start: [], restartAll };
  const init = planInit(pod, state, probes);
  // First, as somebody may want to see why the others do not start.
  const ephemeral = ephemeralOf(pod).filter(({ name }) => !newestOf(state, name));
  const kept: PodPlan = { ...sandbox, killPod: false, kill: init.kill, start: [...ephemeral, ...init.start] };
  if (!init.isInitialized) return init.hasFailed ? { ...kept, killPod: true, kill: [], start: [] } : kept;
  const main = planMain(pod, state, probes);
  if (main.kept === 0 && main.start.length === 0) return { ...kept, killPod: true, kill: [], start: [] };
  return { ...kept, kill: [...init.kill, ...main.kill], start: [...ephemeral, ...init.start, ...main.start] };
}

/** The container that has ended so that one of its rules makes all of the pod's begin anew. */
export function restartTrigger(pod: Pod, state: PodState): ContainerState | undefined {
  const { initContainers = [], containers } = specOf(pod);
  for (const container of [...initContainers, ...containers]) {
    const status = inSandbox(state, newestOf(state, container.name));
    if (status?.state === 'exited' && restartsAllAfter(container, status.exitCode)) return status;
  }
  return undefined;
}

interface SandboxPlan {
  readonly createSandbox: boolean;
  readonly attempt: number;
  readonly sandboxId: string;
}

function planSandbox(pod: Pod, { sandboxes }: PodState): SandboxPlan {
  const newest = sandboxes[0];
  if (!newest) return { createSandbox: true, attempt: 0, sandboxId: '' };
  const again = { createSandbox: true, attempt: newest.attempt + 1, sandboxId: newest.id };
  const usesHostNetwork = specOf(pod).hostNetwork ?? false;
  if (!newest.isReady || sandboxes.filter(({ isReady }) => isReady).length > 1) return again;
  if (usesHostNetwork !== newest.usesHostNetwork) return again;
  if (!usesHostNetwork && newest.ips.length === 0) return again;
  return { createSandbox: false, attempt: newest.attempt, sandboxId: newest.id };
}

/** A new sandbox: everything in the old one ends; what has done its work does not start again. */
function planFresh(pod: Pod, state: PodState, sandbox: SandboxPlan): PodPlan {
  const { initContainers = [], containers } = specOf(pod);
  const killPod = state.sandboxes.length > 0;
  const nothing: PodPlan = { ...sandbox, killPod, createSandbox: false, kill: [], start: [] };
  const isFinal = ![...initContainers, ...containers].some((container) => mayBeRestarted(pod, container));
  if (isFinal && sandbox.attempt > 0 && state.containers.length > 0) return nothing;
  const toStart = containers.filter((container) => shouldStart(pod, container, newestOf(state, container.name)));
  if (toStart.length === 0) return nothing;
  const first = initContainers[0];
  return { ...sandbox, killPod, kill: [], start: first ? [first] : toStart };
}

function hasSucceeded(status: ContainerState | undefined): boolean {
  return status?.state === 'exited' && status.exitCode === 0;
}

interface InitPlan {
  readonly isInitialized: boolean;
  /** An init container failed for good: the pod has ended. */
  readonly hasFailed: boolean;
  readonly kill: readonly Kill[];
  readonly start: readonly Container[];
}

/**
 * Init containers run one after the other, each when the one before has succeeded, a sidecar when it has started. Once a main
 * container has been made, only sidecars are looked after.
 */
function planInit(pod: Pod, state: PodState, probes: Checks): InitPlan {
  const { initContainers = [] } = specOf(pod);
  const isPast = hasAnyMain(pod, state);
  const kill: Kill[] = [];
  const start: Container[] = [];
  for (const container of initContainers) {
    const status = inSandbox(state, newestOf(state, container.name));
    const step = isSidecar(container) ? planSidecar(container, status, probes) : planInitStep(pod, container, status, isPast);
    kill.push(...step.kill);
    if (step.start) start.push(container);
    if (step.hasFailed) return { isInitialized: false, hasFailed: true, kill, start: [] };
    if (!step.isDone && !isPast) return { isInitialized: false, hasFailed: false, kill, start };
  }
  return { isInitialized: true, hasFailed: false, kill, start };
}

interface Step {
  readonly isDone: boolean;
  readonly hasFailed?: boolean;
  readonly start: boolean;
  readonly kill: readonly Kill[];
}

const WAIT: Step = { isDone: false, start: false, kill: [] };
const DONE: Step = { isDone: true, start: false, kill: [] };
const START: Step = { isDone: false, start: true, kill: [] };

function planInitStep(pod: Pod, container: Container, status: ContainerState | undefined, isPast: boolean): Step {
  if (isPast || hasSucceeded(status)) return DONE;
  if (!status) return START;
  switch (status.state) {
    case 'running':
      return WAIT;
    case 'unknown':
      return {
        ...START,
        kill: [
          {
            id: status.id,
            name: container.name,
            message: `Init container is in "${status.state}" state, try killing it before restart`,
          },
        ],
      };
    case 'created':
      return START;
    case 'exited':
      return isRestartedAfter(pod, container, status.exitCode) ? START : { ...WAIT, hasFailed: true };
  }
}

function planSidecar(container: Container, status: ContainerState | undefined, probes: Checks): Step {
  if (status?.state !== 'running') return START;
  const why = reasonToKill(container, status, probes);
  if (why) return { isDone: false, start: true, kill: [why] };
  return !container.startupProbe || probes.startup(status.id) === true ? DONE : WAIT;
}

/** A container of an older sandbox counts only as one that has run: its files and network are gone. */
function inSandbox(state: PodState, status: ContainerState | undefined): ContainerState | undefined {
  return status && (status.sandboxId === state.sandboxes[0]?.id || status.state === 'running') ? status : undefined;
}

/** Some main container has been made in the present sandbox, so the init containers are behind. */
function hasAnyMain(pod: Pod, state: PodState): boolean {
  const names = new Set(specOf(pod).containers.map(({ name }) => name));
  return state.containers.some(({ name, sandboxId }) => names.has(name) && sandboxId === state.sandboxes[0]?.id);
}

interface MainPlan {
  readonly kept: number;
  readonly kill: readonly Kill[];
  readonly start: readonly Container[];
}

function planMain(pod: Pod, state: PodState, probes: Checks): MainPlan {
  const kill: Kill[] = [];
  const start: Container[] = [];
  let kept = 0;
  for (const container of specOf(pod).containers) {
    const status = newestOf(state, container.name);
    if (status?.state !== 'running') {
      if (!shouldStart(pod, container, status)) continue;
      if (status?.state === 'unknown')
        kill.push({
          id: status.id,
          name: container.name,
          message: `Container is in "${status.state}" state, try killing it before restart`,
        });
      start.push(container);
      continue;
    }
    const why = reasonToKill(container, status, probes);
    if (!why) {
      kept++;
      continue;
    }
    const isRestarted = status.hash !== containerHash(container) || probes.isResized(status.id) || mayBeRestarted(pod, container);
    kill.push({ ...why, message: isRestarted ? `${why.message}, will be restarted` : why.message });
    if (isRestarted) start.push(container);
    else kept++;
  }
  return { kept, kill, start };
}

/** kubecontainer.ShouldContainerBeRestarted, for a container that does not run. */
export function shouldStart(pod: Pod, container: Container, status: ContainerState | undefined): boolean {
  if (!status || status.state !== 'exited') return true;
  return isRestartedAfter(pod, container, status.exitCode);
}

function reasonToKill(container: Container, status: ContainerState, probes: Checks): Kill | undefined {
  const { id, name } = status;
  const kind = isSidecar(container) ? 'Init container' : 'Container';
  if (status.hash && status.hash !== containerHash(container)) return { id, name, message: `${kind} ${name} definition changed` };
  const withGrace = (seconds: number | undefined): Partial<Kill> =>
    seconds === undefined ? {} : { probeGracePeriodSeconds: seconds };
  if (probes.liveness(id) === false)
    return {
      id,
      name,
      message: `${kind} ${name} failed liveness probe`,
      ...withGrace(container.livenessProbe?.terminationGracePeriodSeconds),
    };
  if (probes.startup(id) === false)
    return {
      id,
      name,
      message: `${kind} ${name} failed startup probe`,
      ...withGrace(container.startupProbe?.terminationGracePeriodSeconds),
    };
  return probes.isResized(id) ? { id, name, message: `${kind} ${name} resize requires restart` } : undefined;
}

/** Whether every container has run and none will run again: the pod is Succeeded or Failed, and its sandbox can go. */
export function hasEnded(pod: Pod, state: PodState): boolean {
  const { containers, initContainers = [] } = specOf(pod);
  const uncounted = new Set([...initContainers.filter(isSidecar), ...ephemeralOf(pod)].map(({ name }) => name));
  if (state.sandboxes.length === 0 || runningOf(state).some(({ name }) => !uncounted.has(name))) return false;
  const hasInitFailed = initContainers.some((container) => {
    const status = newestOf(state, container.name);
    return (
      !isSidecar(container) && status?.state === 'exited' && status.exitCode !== 0 && !isRestartedAfter(pod, container, status.exitCode)
    );
  });
  if (hasInitFailed) return true;
  return containers.every((container) => {
    const status = newestOf(state, container.name);
    return status !== undefined && !shouldStart(pod, container, status);
  });
}
