import type { JsonObject } from './json';

/** Types of the schema file that OpenAPI writes otherwise than `type:format`. */
const SPECIAL: Readonly<Record<string, JsonObject>> = {
  'string:quantity': { type: 'string' },
  'string:micro-time': { type: 'string', format: 'date-time' },
  'int-or-string': { type: 'string', format: 'int-or-string' },
  raw: { type: 'object' },
  any: {},
};

/** What version 3 can say and version 2 cannot. */
const ALTERNATIVES: Readonly<Record<string, JsonObject>> = {
  'string:quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
  'int-or-string': { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' },
};

/** A scalar type of the schema file as OpenAPI has it. */
export function scalarOf(type: string, dialect: 2 | 3): JsonObject {
  const special = (dialect === 3 ? ALTERNATIVES[type] : undefined) ?? SPECIAL[type];
  if (special !== undefined) return special;
  const [name = '', format] = type.split(':');
  return format === undefined ? { type: name } : { type: name, format };
}
