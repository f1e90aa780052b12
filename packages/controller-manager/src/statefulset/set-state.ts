import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet } from '../shared/objects';
import { isPodAvailable, isPodReady } from '../shared/pod-state';
import { isInRange, ordinalOf, replicasOf, startOf } from './identity';

/** A revision of the set, by what it remembers. */
export interface TemplateRevision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

/** What decisions about a stateful set are made of. */
export interface SetState {
  readonly set: StatefulSet;
  /** What pods are that no update has come to yet. */
  readonly current: TemplateRevision;
  /** What they become. The same where there is no update. */
  readonly update: TemplateRevision;
  /** All that the set controls. */
  readonly pods: readonly Pod[];
  readonly claimNamed: (name: string) => PersistentVolumeClaim | undefined;
  readonly now: number;
}

/** A place in the set. */
export interface Place {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

/** A pod with its number. */
export interface Member {
  readonly ordinal: number;
  readonly pod: Pod;
}

/** The places that the set wants to be taken, the first one first. It may want very many: they are made as they are asked for. */
export function* placesOf({ set, pods }: SetState): Generator<Place> {
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const end = startOf(set) + replicasOf(set);
  for (let ordinal = startOf(set); ordinal < end; ordinal++) yield { ordinal, pod: byOrdinal.get(ordinal) };
}

/** Pods that the set wants, the first one first. */
export function wantedOf({ set, pods }: SetState): Member[] {
  return membersOf(set, pods, true).sort((a, b) => a.ordinal - b.ordinal);
}

/** Pods that the set wants no more, the last one first. */
export function condemnedOf({ set, pods }: SetState): Member[] {
  return membersOf(set, pods, false).sort((a, b) => b.ordinal - a.ordinal);
}

function membersOf(set: StatefulSet, pods: readonly Pod[], wanted: boolean): Member[] {
  return pods.flatMap((pod) => {
    const ordinal = ordinalOf(set, pod);
    return ordinal === undefined || isInRange(set, ordinal) !== wanted ? [] : [{ ordinal, pod }];
  });
}

/** One pod comes or goes after the other; else all at once. */
export function isOrdered({ spec }: StatefulSet): boolean {
  return spec?.podManagementPolicy !== 'Parallel';
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

/** Running and ready for long enough. */
export function isAvailable({ set, now }: SetState, pod: Pod): boolean {
  return isRunningAndReady(pod) && isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
}

/** Nobody can count on it: it is going, or not available. */
export function isUnavailable(state: SetState, pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined || !isAvailable(state, pod);
}
