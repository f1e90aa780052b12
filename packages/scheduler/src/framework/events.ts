import type { Node, Pod } from './objects';

/** The kinds of objects whose changes may make a pod schedulable. */
export type EventResource =
  /** Any pod below. */
  | 'Pod'
  | 'AssignedPod'
  /** Another pod that waits to be scheduled. */
  | 'UnscheduledPod'
  /** The very pod that waits. */
  | 'TargetPod'
  | 'Node'
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'StorageClass'
  | '*';

/** What happened to an object; several are joined by `|`. (framework.ActionType) */
export const ActionType = {
  Add: 1,
  Delete: 1 << 1,
  UpdateNodeAllocatable: 1 << 2,
  UpdateNodeLabel: 1 << 3,
  UpdateNodeTaint: 1 << 4,
  UpdateNodeCondition: 1 << 5,
  UpdateNodeAnnotation: 1 << 6,
  UpdatePodLabel: 1 << 7,
  UpdatePodScaleDown: 1 << 8,
  UpdatePodScaleUp: 1 << 9,
  UpdatePodToleration: 1 << 10,
  UpdatePodSchedulingGatesEliminated: 1 << 11,
  /** An update that is none of the above. */
  UpdateOther: 1 << 12,
  /** Any update. */
  Update: 0b1_1111_1111_1100,
  All: 0b1_1111_1111_1111,
} as const;

export interface ClusterEvent {
  readonly resource: EventResource;
  /** A sum of ActionType bits. */
  readonly action: number;
  /** Its name in metrics and logs, such as `NodeAdd`. */
  readonly label: string;
}

/** An event with the objects it is about, before and after; absent where there was or is none. */
export interface ClusterChange {
  readonly event: ClusterEvent;
  readonly oldPod?: Pod | undefined;
  readonly newPod?: Pod | undefined;
  readonly oldNode?: Node | undefined;
  readonly newNode?: Node | undefined;
}

/** Whether a change may have made the pod schedulable, so that it is worth trying again. */
export type QueueingHint = 'Queue' | 'Skip';

/** An event that may help pods that a plugin has refused. */
export interface EventToRegister {
  readonly resource: EventResource;
  readonly action: number;
  /** Looks closer. Without it every such event counts as help. A hint that throws counts so too. */
  readonly hint?: (pod: Pod, change: ClusterChange) => QueueingHint;
}

/** Any event at all: pods are tried again without a look at what happened. */
export const WILDCARD: EventToRegister = { resource: '*', action: ActionType.All };

/** Pods waited too long; they are tried again whatever happened. */
export const UNSCHEDULABLE_TIMEOUT: ClusterEvent = { resource: '*', action: ActionType.All, label: 'UnschedulableTimeout' };

/** A plugin asks for a pod to be tried again. */
export const FORCE_ACTIVATE: ClusterEvent = { resource: '*', action: ActionType.All, label: 'ForceActivate' };

export function isWildcard({ resource, action }: Pick<ClusterEvent, 'resource' | 'action'>): boolean {
  return resource === '*' && action === ActionType.All;
}

/** Whether an event is one of those registered. */
export function matchesEvent(registered: EventToRegister, { resource, action }: ClusterEvent): boolean {
  if (isWildcard(registered)) return true;
  return matchesResource(registered.resource, resource) && (registered.action & action) !== 0;
}

function matchesResource(registered: EventResource, resource: EventResource): boolean {
  if (registered === '*' || registered === resource) return true;
  return registered === 'Pod' && (resource === 'AssignedPod' || resource === 'UnscheduledPod' || resource === 'TargetPod');
}
