import { controllerOf } from '@typekube/client';
import type { Cached } from './objects';

/** What a controller does about objects that it may control. */
export interface Claims<T> {
  readonly owned: readonly T[];
  /** Orphans that its selector wants. */
  readonly adopt: readonly T[];
  /** Its own that its selector wants no more. */
  readonly release: readonly T[];
}

/**
 * Which objects belong to a controller, by owner reference and by what it wants. An owner that is being deleted adopts and releases
 * nothing; an object that is, is not adopted. (ControllerRefManager.ClaimObject)
 */
export function planClaims<T extends Cached>(
  owner: Cached,
  wants: (candidate: T) => boolean,
  candidates: readonly T[],
): Claims<T> {
  const owned: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  const isOwnerGoing = owner.metadata.deletionTimestamp !== undefined;
  for (const candidate of candidates) {
    const { metadata } = candidate;
    const reference = controllerOf(candidate);
    const matches = wants(candidate);
    if (reference) {
      if (reference.uid !== owner.metadata.uid) continue;
      if (matches) owned.push(candidate);
      else if (!isOwnerGoing) release.push(candidate);
    } else if (matches && !isOwnerGoing && !metadata.deletionTimestamp && metadata.namespace === owner.metadata.namespace) {
      adopt.push(candidate);
    }
  }
  return { owned, adopt, release };
}
