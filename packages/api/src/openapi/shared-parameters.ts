import { createHash } from 'node:crypto';
import type { JsonObject } from './json';

/** Parameters that stay where they are used: old versions of kubectl look for them there to learn what the server can do. */
const INLINE = ['dryRun', 'fieldValidation'];

/**
 * The parameters of a version 2 document that operations refer to by name, each written once. A name is, as upstream, that of the
 * parameter and a hash of its text (the hash itself is ours).
 */
export class SharedParameters {
  private readonly byName = new Map<string, JsonObject>();

  /** Gives what to write in place of the parameter. */
  refer(parameter: JsonObject): JsonObject {
    if (!isShared(parameter)) return parameter;
    const name = `${String(parameter.name)}-${hashOf(parameter)}`;
    this.byName.set(name, parameter);
    return { $ref: `#/parameters/${name}` };
  }

  /** All that were referred to, sorted. */
  write(): JsonObject {
    return Object.fromEntries([...this.byName].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Not the name of an object, whose description has the kind in it, nor a body of a kind's own. */
function isShared(parameter: JsonObject): boolean {
  if (parameter.in === 'body') return /\.meta\.v1\.(?:DeleteOptions|Patch)"/.test(JSON.stringify(parameter.schema));
  return parameter.name !== 'name' && !INLINE.includes(String(parameter.name));
}

function hashOf(parameter: JsonObject): string {
  return createHash('sha224').update(JSON.stringify(parameter)).digest().subarray(0, 6).toString('base64url');
}
