import type { KubeObject } from '@typekube/apimachinery';
import type { Cached } from '../shared/objects';
import { FOREGROUND, type GraphNode, ORPHAN, type Reference } from './graph';

/** An owner reference with what the server knows of the owner. */
export interface OwnerState {
  readonly reference: Reference;
  /** `dangling`: there is no such owner. `waiting`: it is deleted in the foreground, and waits for its dependents. */
  readonly is: 'solid' | 'dangling' | 'waiting';
}

/** What becomes of an object that has owners. */
export type CollectionPlan =
  | { readonly do: 'keep' }
  /** It has an owner that stays; these others let go of it. */
  | { readonly do: 'drop-references'; readonly uids: readonly string[] }
  /** `unblock`: a circle of owners waits for itself; first it must stop to hold its owners. */
  | { readonly do: 'delete'; readonly policy: 'Background' | 'Foreground' | 'Orphan'; readonly unblock: boolean };

/** (GarbageCollector.attemptToDeleteItem) */
export function planCollection(node: GraphNode, object: Cached<KubeObject>, owners: readonly OwnerState[]): CollectionPlan {
  if (owners.length === 0) return { do: 'keep' };
  const gone = owners.filter(({ is }) => is !== 'solid').map(({ reference }) => reference.uid);
  if (gone.length < owners.length) return gone.length === 0 ? { do: 'keep' } : { do: 'drop-references', uids: gone };
  if (owners.some(({ is }) => is === 'waiting') && node.dependents.size > 0) {
    const unblock = [...node.dependents].some(({ deletesDependents }) => deletesDependents);
    return { do: 'delete', policy: 'Foreground', unblock };
  }
  return { do: 'delete', policy: policyOf(object), unblock: false };
}

/** Whoever deleted it before may have asked for something else than the default. */
function policyOf({ metadata }: Cached): 'Background' | 'Foreground' | 'Orphan' {
  if (metadata.finalizers?.includes(ORPHAN)) return 'Orphan';
  return metadata.finalizers?.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
