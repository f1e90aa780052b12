import type { Schema } from '@typekube/apimachinery';

/** The scalar types that the schema file knows, by their text. */
const SCALARS: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  'string:byte': { type: 'string', format: 'byte' },
  'string:quantity': { type: 'string', format: 'quantity' },
  'string:date-time': { type: 'string', format: 'date-time' },
  'string:micro-time': { type: 'string', format: 'micro-time' },
  'integer:int32': { type: 'integer', format: 'int32' },
  'integer:int64': { type: 'integer', format: 'int64' },
  'number:double': { type: 'number', format: 'double' },
  boolean: { type: 'boolean' },
  'int-or-string': { type: 'int-or-string' },
  any: { type: 'any', preserveUnknownFields: true },
  raw: { type: 'object', preserveUnknownFields: true },
};

/** Reads a type of the schema file; `refer` gives the schema of a definition. Throws for a text that is no type. */
export function readTypeText(text: string, refer: (name: string) => Schema): Schema {
  if (text.startsWith('@')) return refer(text.slice(1));
  if (text.startsWith('[]')) return { type: 'array', items: readTypeText(text.slice(2), refer) };
  if (text.startsWith('{}')) return { type: 'object', additionalProperties: readTypeText(text.slice(2), refer) };
  const scalar = SCALARS[text];
  if (scalar === undefined) throw new Error(`unknown type ${text} in the generated schemas`);
  return scalar;
}
