import type { OwnerKind, Pod, StatefulSet } from '../shared/objects';

export const STATEFUL_SET: OwnerKind = { apiVersion: 'apps/v1', kind: 'StatefulSet' };

/** The name of the pod, for services of one pod. */
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
/** The number of the pod. */
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';
/** The name of the revision that the pod is of. */
const REVISION_LABEL = 'controller-revision-hash';

const MEMBER = /^(.*)-(0|[1-9][0-9]{0,9})$/;

/** How many pods are wanted; the API server defaults it to 1. */
export function replicasOf({ spec }: StatefulSet): number {
  return spec?.replicas ?? 1;
}

/** The number of the first pod. */
export function startOf({ spec }: StatefulSet): number {
  return spec?.ordinals?.start ?? 0;
}

export function podName({ metadata }: StatefulSet, ordinal: number): string {
  return `${metadata.name ?? ''}-${ordinal}`;
}

/** The number of a pod of the set, by its name; undefined where it bears another name. (getParentNameAndOrdinal) */
export function ordinalOf({ metadata }: StatefulSet, pod: Pod): number | undefined {
  const [, parent, digits] = MEMBER.exec(pod.metadata.name ?? '') ?? [];
  return parent === metadata.name ? Number(digits) : undefined;
}

/** The set wants a pod of this number. (podInOrdinalRange) */
export function isInRange(set: StatefulSet, ordinal: number): boolean {
  return ordinal >= startOf(set) && ordinal < startOf(set) + replicasOf(set);
}

/** The labels that only this pod has. */
export function identityLabels(name: string, ordinal: number): Readonly<Record<string, string>> {
  return { [POD_NAME_LABEL]: name, [POD_INDEX_LABEL]: String(ordinal) };
}

/** (identityMatches) */
export function hasIdentity({ metadata }: Pod): boolean {
  return metadata.labels?.[POD_NAME_LABEL] === metadata.name;
}

export function revisionLabel(revision: string): Readonly<Record<string, string>> {
  return { [REVISION_LABEL]: revision };
}

/** The name of the revision that a pod is of. */
export function revisionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.[REVISION_LABEL];
}
