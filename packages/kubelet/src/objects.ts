import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';

/** A pod as the API gives it. Nobody here changes one: a changed pod is a new object. */
export type Pod = DeepReadonly<corev1.Pod>;
export type PodSpec = DeepReadonly<corev1.PodSpec>;
export type Container = DeepReadonly<corev1.Container>;
export type EphemeralContainer = DeepReadonly<corev1.EphemeralContainer>;
export type Volume = DeepReadonly<corev1.Volume>;

const NO_SPEC: PodSpec = { containers: [] };

/** The spec, which every stored pod has. */
export function specOf(pod: Pod): PodSpec {
  return pod.spec ?? NO_SPEC;
}

export function namespaceOf(pod: Pod): string {
  return pod.metadata.namespace ?? '';
}

export function nameOf(pod: Pod): string {
  return pod.metadata.name ?? '';
}

/** Tells the pod from others of the same name, before or after it. */
export function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? '';
}

/** For pods of one name: a new one waits until the old is gone. */
export function fullName(pod: Pod): string {
  return `${namespaceOf(pod)}/${nameOf(pod)}`;
}

/** As upstream's format.Pod: `name_namespace(uid)`. */
export function podText(pod: Pod): string {
  return `${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)})`;
}

/** An init container that goes on running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** How a container is restarted where none of its rules says so: by its own policy, else the pod's. */
function restartPolicyOf(pod: Pod, container: Container): string {
  return container.restartPolicy ?? specOf(pod).restartPolicy ?? 'Always';
}

/** Whether a container that has ended so is started again: the first of its rules that is about that code decides, then its policy. */
export function isRestartedAfter(pod: Pod, container: Container, exitCode: number): boolean {
  if (ruleAfter(container, exitCode)) return true;
  const policy = restartPolicyOf(pod, container);
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether there is an end after which it is started again. */
export function mayBeRestarted(pod: Pod, container: Container): boolean {
  return restartPolicyOf(pod, container) !== 'Never' || (container.restartPolicyRules?.length ?? 0) > 0;
}

/** Whether all containers of its pod are started again when it has ended so, from the first init container on. */
export function restartsAllAfter(container: Container, exitCode: number): boolean {
  return ruleAfter(container, exitCode)?.action === 'RestartAllContainers';
}

function ruleAfter({ restartPolicyRules = [] }: Container, exitCode: number): NonNullable<Container['restartPolicyRules']>[number] | undefined {
  return restartPolicyRules.find(({ exitCodes }) => exitCodes && (exitCodes.values ?? []).includes(exitCode) === (exitCodes.operator === 'In'));
}

/** The containers that were put into a pod that runs, to look into it (`kubectl debug`). They start once and are never started again. */
export function ephemeralOf(pod: Pod): readonly EphemeralContainer[] {
  return specOf(pod).ephemeralContainers ?? [];
}

/** The path by which events name a container of a pod. */
export function containerFieldPath(pod: Pod, name: string): string {
  const isNamed = (container: Container): boolean => container.name === name;
  if (specOf(pod).initContainers?.some(isNamed)) return `spec.initContainers{${name}}`;
  return ephemeralOf(pod).some(isNamed) ? `spec.ephemeralContainers{${name}}` : `spec.containers{${name}}`;
}

/** The container of that name, of any kind. */
export function findContainer(pod: Pod, name: string): Container | undefined {
  const { containers, initContainers = [] } = specOf(pod);
  return [...initContainers, ...containers, ...ephemeralOf(pod)].find((container) => container.name === name);
}

/** Resources by whose requests and limits a pod's class is told. */
const QOS_RESOURCES = ['cpu', 'memory'];

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The class that the API server has set, else as it would set it (qos.GetPodQOS). */
export function qosClassOf(pod: Pod): QosClass {
  const set = pod.status?.qosClass;
  if (set === 'Guaranteed' || set === 'Burstable' || set === 'BestEffort') return set;
  const { containers, initContainers = [] } = specOf(pod);
  const all = [...containers, ...initContainers].map(({ resources }) => resources ?? {});
  const isSet = ({ requests = {}, limits = {} }: (typeof all)[number]): boolean =>
    QOS_RESOURCES.some((name) => isNotZero(requests[name]) || isNotZero(limits[name]));
  if (!all.some(isSet)) return 'BestEffort';
  const isGuaranteed = all.every(({ requests = {}, limits = {} }) =>
    QOS_RESOURCES.every((name) => isNotZero(limits[name]) && (requests[name] ?? limits[name]) === limits[name]),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function isNotZero(quantity: string | undefined): boolean {
  return quantity !== undefined && quantity !== '0';
}
