import type { corev1 } from '@typekube/api';
import type { AdmissionAttributes, AdmissionTarget } from './admission';

type Pod = corev1.Pod & { spec: corev1.PodSpec };

/** Marks a pod that stands for one that the kubelet runs from a file. */
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/** Whether the write is one of pods themselves. */
export function isPod({ resource, subresource }: Pick<AdmissionTarget, 'resource' | 'subresource'>): boolean {
  return isResource({ resource }, '', 'pods') && subresource === '';
}

export function isResource({ resource }: Pick<AdmissionTarget, 'resource'>, group: string, plural: string): boolean {
  return resource.groupResource.group === group && resource.groupResource.resource === plural;
}

/** The pod that is written. */
export function podOf({ object }: AdmissionAttributes): Pod {
  return object as Pod;
}

export function oldPodOf({ oldObject }: AdmissionAttributes): Pod {
  return oldObject as Pod;
}

export function isMirrorPod({ metadata }: corev1.Pod): boolean {
  return metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

export const MIRROR_POD_ANNOTATION = MIRROR_ANNOTATION;

type Container = corev1.Container | corev1.EphemeralContainer;

/** Every container: init, regular, ephemeral. */
export function containersOf(spec: corev1.PodSpec): Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}
