import { type DeleteOptions, formatTime, type KubeObject } from '@typekube/apimachinery';
import type { Strategy } from '@typekube/api';
import type { ResourceHooks } from './resource-hooks';

/** Finalizers that stand for what shall happen to dependents; the garbage collector takes them away. */
export const ORPHAN_FINALIZER = 'orphan';
export const FOREGROUND_FINALIZER = 'foregroundDeletion';

/** What a delete does to an object. */
export type DeletionPlan =
  /** It goes at once. */
  | { readonly step: 'remove' }
  /** It is kept, in this state, until its finalizers are gone or its grace period is over. */
  | { readonly step: 'mark'; readonly object: KubeObject }
  /** It is already going, and not later than asked. */
  | { readonly step: 'wait' };

/** Whether an object that is being deleted has nothing left that keeps it. */
export function isReadyToDelete({ metadata, ...rest }: KubeObject, hooks: ResourceHooks): boolean {
  if (metadata.deletionTimestamp === undefined || metadata.finalizers?.length) return false;
  if (metadata.deletionGracePeriodSeconds) return false;
  return !hooks.holdsDeletion?.({ metadata, ...rest });
}

/**
 * Decides a delete as upstream's `rest.BeforeDelete` and `markAsDeleting` do: finalizers keep the object, a grace period keeps it for a
 * time, a second delete may only shorten that time. `object` is changed in place and becomes the marked state.
 */
export function planDeletion(object: KubeObject, options: DeleteOptions, context: DeletionContext): DeletionPlan {
  const grace = decideGrace(object, options.gracePeriodSeconds, context.strategy);
  if (grace === 'pending') return { step: 'wait' };
  const finalizersChanged = setPropagationFinalizers(object, options, context.strategy.defaultPropagation);
  const isHeldByKind = Boolean(context.hooks.holdsDeletion?.(object));
  if (!grace && !isHeldByKind && !object.metadata.finalizers?.length) return { step: 'remove' };
  if (isHeldByKind && object.metadata.deletionTimestamp !== undefined) return { step: 'wait' };
  const isMarked = grace === undefined ? markHeld(object, context.now) : markGraceful(object, grace, context.now);
  if (!isMarked && !finalizersChanged) return { step: 'wait' };
  context.hooks.markDeleting?.(object);
  return { step: 'mark', object };
}

export interface DeletionContext {
  readonly strategy: Strategy;
  readonly hooks: ResourceHooks;
  readonly now: Date;
}

/**
 * The grace period in seconds; undefined where the kind has none, or where it is over; `pending` where the object is going already and
 * not later than asked.
 */
function decideGrace(object: KubeObject, requested: number | undefined, strategy: Strategy): number | undefined | 'pending' {
  if (!strategy.gracePeriodSeconds) return undefined;
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const wanted = requested !== undefined && requested < 0 ? 1 : requested;
  if (deletionTimestamp === undefined) return strategy.gracePeriodSeconds(object, wanted);
  if (!deletionGracePeriodSeconds) return undefined;
  return wanted === undefined || wanted >= deletionGracePeriodSeconds ? 'pending' : wanted;
}

/** Sets the time it will be gone, which a shorter grace period brings nearer, counted from the first delete. */
function markGraceful({ metadata }: KubeObject, grace: number, now: Date): true {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, generation } = metadata;
  const requestedAt = deletionTimestamp ? Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000 : now.getTime();
  if (!deletionTimestamp && generation) metadata.generation = generation + 1;
  metadata.deletionTimestamp = formatTime(new Date(requestedAt + grace * 1000));
  metadata.deletionGracePeriodSeconds = grace;
  return true;
}

/** Marks what only finalizers keep; returns whether anything changed. */
function markHeld({ metadata }: KubeObject, now: Date): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = metadata;
  const isDue = deletionTimestamp !== undefined && Date.parse(deletionTimestamp) <= now.getTime();
  if (isDue && deletionGracePeriodSeconds === 0) return false;
  if (deletionGracePeriodSeconds === undefined && generation) metadata.generation = generation + 1;
  if (!isDue) metadata.deletionTimestamp = formatTime(now);
  metadata.deletionGracePeriodSeconds = 0;
  return true;
}

/** Adds or takes away the finalizer that the propagation policy calls for; returns whether anything changed. */
function setPropagationFinalizers({ metadata }: KubeObject, options: DeleteOptions, byDefault = 'background'): boolean {
  const before = metadata.finalizers ?? [];
  const wanted = propagationFinalizer(before, options, byDefault);
  const others = before.filter((name) => name !== ORPHAN_FINALIZER && name !== FOREGROUND_FINALIZER);
  const after = wanted === undefined ? others : [...others, wanted];
  if (after.length === before.length && after.every((name) => before.includes(name))) return false;
  if (after.length) metadata.finalizers = after;
  else delete metadata.finalizers;
  return true;
}

/** The client's word first, then a finalizer already there, then the kind's default (upstream's shouldOrphanDependents and its sibling). */
function propagationFinalizer(present: readonly string[], options: DeleteOptions, byDefault: string): string | undefined {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? ORPHAN_FINALIZER : undefined;
  if (options.propagationPolicy === 'Orphan') return ORPHAN_FINALIZER;
  if (options.propagationPolicy === 'Foreground') return FOREGROUND_FINALIZER;
  if (options.propagationPolicy === 'Background') return undefined;
  if (present.includes(ORPHAN_FINALIZER)) return ORPHAN_FINALIZER;
  if (present.includes(FOREGROUND_FINALIZER)) return FOREGROUND_FINALIZER;
  return byDefault === 'orphan' ? ORPHAN_FINALIZER : undefined;
}
