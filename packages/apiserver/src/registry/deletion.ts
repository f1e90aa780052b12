import { formatTime, type KubeObject } from '@typekube/apimachinery';
import type { Strategy } from '@typekube/api';
import type { ResourceHooks } from './resource-hooks';

/** Finalizers that stand for what shall happen to dependents; the garbage collector takes them away. */
export const ORPHAN_FINALIZER = 'orphan';
export const FOREGROUND_FINALIZER = 'foregroundDeletion';

/** `metav1.DeleteOptions` as far as it decides a deletion. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
  readonly dryRun?: readonly string[];
}

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
export function planDeletion(
  object: KubeObject,
  options: DeleteOptions,
  { strategy, hooks, now }: { strategy: Strategy; hooks: ResourceHooks; now: Date },
): DeletionPlan {
  const { metadata } = object;
  const finalizersChanged = setPropagationFinalizers(object, options, strategy.defaultPropagation);
  const grace = strategy.gracePeriodSeconds?.(object, options.gracePeriodSeconds);
  const isGoing = metadata.deletionTimestamp !== undefined;
  if (grace !== undefined && grace > 0) {
    if (isGoing && !isShorter(metadata, grace)) return finalizersChanged ? { step: 'mark', object } : { step: 'wait' };
    mark(object, grace, now);
    return { step: 'mark', object };
  }
  const isHeld = Boolean(metadata.finalizers?.length) || Boolean(hooks.holdsDeletion?.(object));
  if (!isHeld) return { step: 'remove' };
  if (isGoing && !metadata.deletionGracePeriodSeconds) return finalizersChanged ? { step: 'mark', object } : { step: 'wait' };
  mark(object, 0, now);
  hooks.markDeleting?.(object);
  return { step: 'mark', object };
}

function isShorter({ deletionGracePeriodSeconds }: KubeObject['metadata'], grace: number): boolean {
  return deletionGracePeriodSeconds !== undefined && grace < deletionGracePeriodSeconds;
}

/** The time it will be gone, which a shorter grace period brings nearer, counted from the first delete. */
function mark({ metadata }: KubeObject, grace: number, now: Date): void {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  const requestedAt = deletionTimestamp ? Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000 : now.getTime();
  const goneAt = deletionTimestamp && grace === 0 ? now.getTime() : requestedAt + grace * 1000;
  if (!deletionTimestamp && metadata.generation) metadata.generation += 1;
  metadata.deletionTimestamp = formatTime(new Date(goneAt));
  metadata.deletionGracePeriodSeconds = grace;
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
