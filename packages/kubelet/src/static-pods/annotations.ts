import type { Pod } from '../objects';

/** Annotations by which upstream tells where a pod is from; `kubectl describe` and others read them. */
export const SOURCE = 'kubernetes.io/config.source';
export const HASH = 'kubernetes.io/config.hash';
export const MIRROR = 'kubernetes.io/config.mirror';
export const SEEN = 'kubernetes.io/config.seen';

/** Read from a file of this node; the API has it only as its mirror. A pod of the API is none, whatever its annotations say. */
export function isStatic({ metadata }: Pod): boolean {
  return metadata.resourceVersion === undefined && metadata.annotations?.[SOURCE] !== undefined;
}

/** A picture in the API of a static pod: it is shown, and never run. */
export function isMirror({ metadata }: Pod): boolean {
  return metadata.annotations?.[MIRROR] !== undefined;
}

/** Whether the mirror shows this static pod, and not what stood in its file before. */
export function isMirrorOf(mirror: Pod, pod: Pod): boolean {
  return mirror.metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[HASH];
}
