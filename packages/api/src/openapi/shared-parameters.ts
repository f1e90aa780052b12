import { createHash } from 'node:crypto';
import type { JsonObject } from './json';
import type { Operation, Parameter } from './operation';
import { reference } from './schemas';

type Body = NonNullable<Operation['body']>;

/** Parameters that stay where they are used: old versions of kubectl look for them there to learn what the server can do. */
const INLINE: readonly string[] = ['dryRun', 'fieldValidation'];

/**
 * The parameters of a version 2 document that operations refer to by name, each written once. A name is, as upstream, that of the
 * parameter and a hash of its text (the hash itself is ours). Names of objects, whose descriptions tell the kind, and bodies of
 * one kind are not shared.
 */
export class SharedParameters {
  private readonly shared = new Map<string, JsonObject>();
  /** References by what they stand for: operations share parameter objects. */
  private readonly references = new Map<Parameter | string, JsonObject>();

  /** What to write for a parameter: itself, or a reference. */
  parameter(parameter: Parameter): JsonObject {
    if (parameter.name === 'name' || INLINE.includes(parameter.name)) return writeParameter(parameter);
    return this.refer(parameter, () => writeParameter(parameter));
  }

  /** What to write for a body. */
  body(body: Body): JsonObject {
    if (!/\.meta\.v1\.(?:DeleteOptions|Patch)$/.test(body.schema)) return writeBody(body);
    return this.refer(body.schema, () => writeBody(body));
  }

  /** All that were referred to, sorted. */
  write(): JsonObject {
    return Object.fromEntries([...this.shared].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private refer(key: Parameter | string, write: () => JsonObject): JsonObject {
    const known = this.references.get(key);
    if (known !== undefined) return known;
    const written = write();
    const name = `${String(written.name)}-${hashOf(written)}`;
    const made = { $ref: `#/parameters/${name}` };
    this.shared.set(name, written);
    this.references.set(key, made);
    return made;
  }
}

function writeBody({ required, schema }: Body): JsonObject {
  return { name: 'body', in: 'body', ...(required ? { required } : {}), schema: reference(schema, 2) };
}

function writeParameter({ description, in: place, name, type }: Parameter): JsonObject {
  return { uniqueItems: true, type, description, name, in: place, ...(place === 'path' ? { required: true } : {}) };
}

function hashOf(parameter: JsonObject): string {
  return createHash('sha224').update(JSON.stringify(parameter)).digest().subarray(0, 6).toString('base64url');
}
