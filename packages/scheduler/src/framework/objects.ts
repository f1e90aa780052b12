import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';

/** A pod as the API gives it. Nobody here changes one: a changed pod is a new object. */
export type Pod = DeepReadonly<corev1.Pod>;
export type Node = DeepReadonly<corev1.Node>;
export type PodSpec = DeepReadonly<corev1.PodSpec>;
export type Taint = DeepReadonly<corev1.Taint>;
export type Toleration = DeepReadonly<corev1.Toleration>;
export type Container = DeepReadonly<corev1.Container>;

const NO_SPEC: PodSpec = { containers: [] };

/** The spec, which every stored pod has. */
export function specOf(pod: Pod): PodSpec {
  return pod.spec ?? NO_SPEC;
}

/** `namespace/name`. */
export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`;
}

/** The pod's uid, which tells it from others of the same name. */
export function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? podKey(pod);
}

export function nodeName(node: Node): string {
  return node.metadata.name ?? '';
}

/** The pod's priority; 0 where none was set. */
export function podPriority(pod: Pod): number {
  return pod.spec?.priority ?? 0;
}

/** The pod has ended, well or not: it takes nothing of its node any more. */
export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
