import { canonicalJson } from '../shared/canonical-json';
import { fnv32, safeEncode } from '../shared/hash';

/** So long may the name of a set be in that of its revision. */
const MAX_PREFIX = 223;

/** The hash of what a revision remembers, with the number of collisions that were met before. (history.HashControllerRevision) */
export function revisionHash(data: unknown, collisionCount: number): string {
  return safeEncode(fnv32(Buffer.from(`${canonicalJson(data)}${collisionCount}`, 'utf8')));
}

/** (history.ControllerRevisionName) */
export function revisionName(set: string, hash: string): string {
  return `${set.slice(0, MAX_PREFIX)}-${hash}`;
}
