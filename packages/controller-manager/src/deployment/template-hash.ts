import type { PodTemplateSpec } from '../shared/objects';

/** The label by which the replica sets of a deployment and their pods are told apart. */
export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** Letters and digits that form no words; see SafeEncodeString. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * The hash of a template, with the number of collisions that were met before: FNV-1a of 32 bits in its safe letters. Upstream
 * hashes Go's print of the template, this hashes its JSON with sorted keys: the values differ, which nothing depends on, since
 * replica sets are recognized by their template and never by the hash. (controller.ComputeHash)
 */
export function templateHash(template: PodTemplateSpec, collisionCount?: number): string {
  const collisions = Buffer.alloc(8);
  collisions.writeUInt32LE(collisionCount ?? 0);
  const bytes = Buffer.from(canonical(template), 'utf8');
  const hash = fnv32(collisionCount === undefined ? bytes : Buffer.concat([bytes, collisions]));
  return safeEncode(String(hash));
}

/** The name of a deployment's replica set, cut so that names of pods remain valid. */
export function replicaSetName(deployment: string, hash: string): string {
  return `${deployment.slice(0, MAX_NAME - hash.length - 1)}-${hash}`;
}

const MAX_NAME = 253;

/** 32-bit FNV-1a, as `fnv.New32a`. */
function fnv32(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function safeEncode(text: string): string {
  return Array.from(text, (letter) => SAFE[letter.charCodeAt(0) % SAFE.length]).join('');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (isRecord(part) ? sortedKeys(part) : part));
}

function sortedKeys(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
