import type { corev1 } from '@typekube/api';
import { formatTime } from '@typekube/apimachinery';
import { type Pod, specOf } from '../objects';
import { podConditions, type ResizeProgress } from './conditions';
import { restartTrigger } from '../pod/plan';
import { containerStatuses, type ContainerStatusInput, ephemeralStatuses } from './container-status';
import { phaseOf } from './phase';

export interface PodStatusInput extends ContainerStatusInput {
  readonly hostIps: readonly string[];
  /** When the kubelet first saw the pod, in milliseconds. */
  readonly firstSeen: number;
  readonly now: number;
  readonly resize?: ResizeProgress | undefined;
  /** Why the pod was ended, where the kubelet itself has decided so: `DeadlineExceeded`. */
  readonly verdict?: { readonly reason: string; readonly message: string; readonly isDisruption?: true } | undefined;
}

/** The status of a pod as its containers are now; pure. Its phase never leaves an end. */
export function podStatus(input: PodStatusInput): corev1.PodStatus {
  const { pod, state, hostIps, verdict } = input;
  const init = containerStatuses(input, 'init');
  const main = containerStatuses(input, 'main');
  const ephemeral = ephemeralStatuses(input);
  const old = pod.status?.phase;
  const reached =
    old === 'Succeeded' || old === 'Failed' ? old : verdict ? 'Failed' : phaseOf(pod, { init, main }, input.isTerminal);
  // An end is told when no container runs any more: others take the pod's place on the node then.
  const isHeldBack = !input.isTerminal && isEnd(reached) && !isEnd(old);
  const phase = isHeldBack ? (old ?? 'Pending') : reached;
  const sandbox = state.sandboxes[0];
  const podIps = podIpsOf(input);
  const isSandboxReady = (sandbox?.isReady ?? false) && podIps.length > 0;
  const { qosClass } = pod.status ?? {};
  const { generation } = pod.metadata;
  const why = isHeldBack ? {} : verdict ? { reason: verdict.reason, message: verdict.message } : keptReason(pod);
  const now = formatTime(new Date(input.now));
  const conditions = podConditions({ pod, init, main, phase: reached, isSandboxReady, resize: input.resize, restartTrigger: input.isTerminal ? undefined : restartTrigger(pod, state), now });
  return {
    phase,
    ...(generation !== undefined && { observedGeneration: generation }),
    conditions: verdict?.isDisruption ? withDisruption(conditions, verdict.message, now) : conditions,
    ...why,
    ...(hostIps[0] && { hostIP: hostIps[0], hostIPs: hostIps.map((ip) => ({ ip })) }),
    ...(podIps[0] && { podIP: podIps[0], podIPs: podIps.map((ip) => ({ ip })) }),
    startTime: pod.status?.startTime ?? formatTime(new Date(input.firstSeen)),
    ...(init.length && { initContainerStatuses: init }),
    containerStatuses: main,
    ...(ephemeral.length && { ephemeralContainerStatuses: ephemeral }),
    ...(qosClass && { qosClass }),
    ...keptFields(pod),
  };
}

function isEnd(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Who owns the pod is told that it is not to blame (upstream's PodDisruptionConditions). */
function withDisruption(conditions: readonly corev1.PodCondition[], message: string, now: string): corev1.PodCondition[] {
  const old = conditions.find(({ type }) => type === 'DisruptionTarget');
  const lastTransitionTime = old?.status === 'True' && old.lastTransitionTime ? old.lastTransitionTime : now;
  const others = conditions.filter((condition) => condition !== old);
  return [...others, { type: 'DisruptionTarget', status: 'True', lastTransitionTime, reason: 'TerminationByKubelet', message }];
}

/** The status of a pod that the kubelet does not run: its containers never were. */
export function refusedStatus({ status }: Pod, { reason, message }: { readonly reason: string; readonly message: string }): corev1.PodStatus {
  const { qosClass, startTime, conditions = [] } = status ?? {};
  return {
    phase: 'Failed',
    reason,
    message,
    ...(conditions.length && { conditions: conditions.map((condition) => ({ ...condition })) }),
    ...(startTime && { startTime }),
    ...(qosClass && { qosClass }),
  };
}

/** As an earlier kubelet has written it: nothing of such a pod is to be told any more. */
export function wasRefused({ status }: Pod): boolean {
  return status?.phase === 'Failed' && !status.containerStatuses?.length;
}

/** A pod in the node's network has the node's addresses. One that has ended keeps those it had. */
export function podIpsOf({ pod, state, hostIps }: Pick<PodStatusInput, 'pod' | 'state' | 'hostIps'>): readonly string[] {
  const sandbox = state.sandboxes[0];
  if (specOf(pod).hostNetwork) return sandbox ? hostIps : [];
  if (sandbox?.ips.length) return sandbox.ips;
  return pod.status?.podIPs?.map(({ ip }) => ip) ?? [];
}

/** Why it had ended, as others or an earlier kubelet wrote it. */
function keptReason({ status }: Pod): Pick<corev1.PodStatus, 'reason' | 'message'> {
  if (status?.phase !== 'Failed' && status?.phase !== 'Succeeded') return {};
  return { ...(status.reason && { reason: status.reason }), ...(status.message && { message: status.message }) };
}

/** What others write. */
function keptFields({ status = {} }: Pod): Partial<corev1.PodStatus> {
  const { nominatedNodeName, resourceClaimStatuses } = status;
  return {
    ...(nominatedNodeName && { nominatedNodeName }),
    ...(resourceClaimStatuses && { resourceClaimStatuses: resourceClaimStatuses.map((claim) => ({ ...claim })) }),
  };
}
