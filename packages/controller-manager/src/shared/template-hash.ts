import { canonicalJson } from './canonical-json';
import { fnv32a, safeEncode } from './hash';
import type { PodTemplateSpec } from './objects';

/**
 * The hash of a template, with the number of collisions that were met before: FNV-1a of 32 bits in safe letters. Upstream
 * hashes Go's print of the template, this hashes its JSON with sorted keys: the values differ, which nothing depends on, since
 * replica sets and revisions are recognized by their template and never by the hash. (controller.ComputeHash)
 */
export function templateHash(template: PodTemplateSpec, collisionCount?: number): string {
  const collisions = Buffer.alloc(8);
  collisions.writeUInt32LE(collisionCount ?? 0);
  const bytes = Buffer.from(canonicalJson(template), 'utf8');
  return safeEncode(fnv32a(collisionCount === undefined ? bytes : Buffer.concat([bytes, collisions])));
}
