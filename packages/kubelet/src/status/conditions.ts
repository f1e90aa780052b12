import type { corev1 } from '@typekube/api';
import { type Container, isSidecar, type Pod, specOf } from '../objects';
import type { ContainerState } from '../runtime/pod-state';
import type { Phase } from './phase';

type Condition = corev1.PodCondition;

/** Whether something is so, and if not, why not. */
interface Finding {
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

const YES: Finding = { status: 'True' };

export interface ConditionsInput {
  readonly pod: Pod;
  readonly init: readonly corev1.ContainerStatus[];
  readonly main: readonly corev1.ContainerStatus[];
  readonly phase: Phase;
  /** The sandbox runs and has its addresses. */
  readonly isSandboxReady: boolean;
  readonly resize?: ResizeProgress | undefined;
  /** The container whose end makes all of the pod's begin anew. */
  readonly restartTrigger?: Pick<ContainerState, 'name' | 'exitCode'> | undefined;
  /** The present time, as the API writes it. */
  readonly now: string;
}

/** How far a pod is on its way to other resources. */
export interface ResizeProgress {
  /** Why the node does not give them: `Infeasible` for good, `Deferred` for now. */
  readonly pending?: { readonly reason: 'Infeasible' | 'Deferred'; readonly message: string } | undefined;
  /** They are given, and the containers do not have them yet; `error` says why not. */
  readonly inProgress?: { readonly error?: string } | undefined;
}

const ALL_RESTARTING = 'AllContainersRestarting';

const RESIZE_CONDITIONS = ['PodResizePending', 'PodResizeInProgress'];

/** The conditions that the kubelet owns, in upstream's order, and those of others as they are. */
export function podConditions(input: ConditionsInput): Condition[] {
  const containersReady = findContainersReady(input);
  const found: [string, Finding][] = [
    ['PodReadyToStartContainers', { status: input.isSandboxReady ? 'True' : 'False' }],
    ['Initialized', findInitialized(input)],
    ['Ready', findReady(input, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', YES],
    ...findResize(input.resize),
    ...findRestart(input),
  ];
  const own = new Set([...found.map(([type]) => type), ...RESIZE_CONDITIONS]);
  const others = (input.pod.status?.conditions ?? []).filter(({ type }) => !own.has(type)).map((condition) => ({ ...condition }));
  return [...others, ...found.map(([type, finding]) => toCondition(type, finding, input))];
}

function findResize({ pending, inProgress }: ResizeProgress = {}): [string, Finding][] {
  const found: [string, Finding][] = [];
  if (pending) found.push(['PodResizePending', { status: 'True', ...pending }]);
  if (inProgress) found.push(['PodResizeInProgress', inProgress.error === undefined ? YES : { status: 'True', reason: 'Error', message: inProgress.error }]);
  return found;
}

/** Told only of pods that it has happened to. */
function findRestart({ pod, restartTrigger: trigger }: ConditionsInput): [string, Finding][] {
  const message = trigger && `Container ${trigger.name} exited with code ${trigger.exitCode}, all containers are restarted`;
  if (message) return [[ALL_RESTARTING, { status: 'True', reason: 'ContainerExited', message }]];
  return pod.status?.conditions?.some(({ type }) => type === ALL_RESTARTING) ? [[ALL_RESTARTING, { status: 'False' }]] : [];
}

function toCondition(type: string, { status, reason, message }: Finding, { pod, now }: ConditionsInput): Condition {
  const old = pod.status?.conditions?.find((condition) => condition.type === type);
  const lastTransitionTime = old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : now;
  const generation = pod.metadata.generation;
  return {
    type,
    status,
    lastTransitionTime,
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(reason && { reason }),
    ...(message && { message }),
  };
}

function findInitialized({ pod, init, main, phase }: ConditionsInput): Finding {
  const containers = specOf(pod).initContainers ?? [];
  if (phase === 'Succeeded') return { ...YES, reason: 'PodCompleted' };
  if (
    containers.length === 0 ||
    main.some(({ state, lastState }) => state?.running ?? state?.terminated ?? lastState?.terminated)
  )
    return YES;
  const waiting = containers.filter((container) => !isInitialized(container, init)).map(({ name }) => name);
  if (waiting.length === 0) return YES;
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${waiting.join(' ')}]`,
  };
}

function isInitialized(container: Container, statuses: readonly corev1.ContainerStatus[]): boolean {
  const status = statuses.find(({ name }) => name === container.name);
  return isSidecar(container) ? status?.started === true : status?.state?.terminated?.exitCode === 0;
}

function findContainersReady({ pod, init, main, phase }: ConditionsInput): Finding {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const { containers, initContainers = [] } = specOf(pod);
  const statuses = [...init, ...main];
  const counted = [...initContainers.filter(isSidecar), ...containers];
  const unknown = counted.filter(({ name }) => !statuses.some((status) => status.name === name)).map(({ name }) => name);
  const unready = counted
    .filter(({ name }) => statuses.some((status) => status.name === name && !status.ready))
    .map(({ name }) => name);
  const messages = [
    ...(unknown.length ? [`containers with unknown status: [${unknown.join(' ')}]`] : []),
    ...(unready.length ? [`containers with unready status: [${unready.join(' ')}]`] : []),
  ];
  return messages.length ? { status: 'False', reason: 'ContainersNotReady', message: messages.join(', ') } : YES;
}

function findReady({ pod }: ConditionsInput, containersReady: Finding): Finding {
  if (containersReady.status === 'False') return containersReady;
  const conditions = new Map((pod.status?.conditions ?? []).map(({ type, status }) => [type, status]));
  const messages = (specOf(pod).readinessGates ?? []).flatMap(({ conditionType }) => {
    const status = conditions.get(conditionType);
    if (status === 'True') return [];
    return [
      status === undefined
        ? `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
        : `the status of pod readiness gate "${conditionType}" is not "True", but ${status}`,
    ];
  });
  return messages.length ? { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') } : YES;
}
