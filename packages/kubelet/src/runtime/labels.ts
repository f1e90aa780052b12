import { createHash } from 'node:crypto';
import { type Container, nameOf, namespaceOf, type Pod, uidOf } from '../objects';

/** The labels by which the kubelet finds its sandboxes and containers again; the names are upstream's. */
export const LABELS = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
} as const;

export const ANNOTATIONS = {
  hash: 'io.kubernetes.container.hash',
  restartCount: 'io.kubernetes.container.restartCount',
  terminationMessagePath: 'io.kubernetes.container.terminationMessagePath',
  terminationMessagePolicy: 'io.kubernetes.container.terminationMessagePolicy',
  podTerminationGracePeriod: 'io.kubernetes.pod.terminationGracePeriod',
  /** Ours: which kubelet a sandbox belongs to, so that several can share a runtime. */
  node: 'typekube.io/node',
} as const;

export function podLabels(pod: Pod): Record<string, string> {
  return {
    ...pod.metadata.labels,
    [LABELS.podName]: nameOf(pod),
    [LABELS.podNamespace]: namespaceOf(pod),
    [LABELS.podUid]: uidOf(pod),
  };
}

export function containerLabels(pod: Pod, container: Container): Record<string, string> {
  return {
    [LABELS.podName]: nameOf(pod),
    [LABELS.podNamespace]: namespaceOf(pod),
    [LABELS.podUid]: uidOf(pod),
    [LABELS.containerName]: container.name,
  };
}

/** Changes when the container must be made anew: of what can change in a running pod, that is its image (kubecontainer.HashContainer). */
export function containerHash({ name, image }: Container): string {
  return createHash('sha256')
    .update(JSON.stringify([name, image]))
    .digest('hex')
    .slice(0, 8);
}
