import type { Schema } from '@typekube/apimachinery';
import { fieldNumbersOf, type NumberedField } from '../protobuf/field-numbers';

/**
 * A value of a struct in which nothing has been set, as upstream would write it: structs that are no pointers are there, and so is what is written though it
 * is zero. Of types whose pointers nothing tells of, only the latter is known.
 */
export function zeroOf(schema: Schema): Record<string, unknown> {
  const { name = '', properties = {}, required = [] } = schema;
  const numbered = new Map(flatten(fieldNumbersOf(name) ?? []).map((field) => [field.name, field]));
  const zero: Record<string, unknown> = {};
  for (const [field, property] of Object.entries(properties)) {
    const { pointer = true, always = false } = numbered.get(field) ?? {};
    if (property.properties && !pointer) zero[field] = zeroOf(property);
    else if (required.includes(field) || always) zero[field] = pointer && !isScalar(property) ? null : zeroValue(property);
  }
  return zero;
}

function flatten(fields: readonly NumberedField[]): NumberedField[] {
  return fields.flatMap((field) => (field.embedded ? flatten(field.embedded) : [field]));
}

const ZEROS: Readonly<Partial<Record<Schema['type'], unknown>>> = { string: '', integer: 0, number: 0, boolean: false, 'int-or-string': 0 };

function isScalar({ type }: Schema): boolean {
  return type in ZEROS;
}

/** Of what has a format, such as a time, the zero value is no text of its own. */
function zeroValue({ type, format }: Schema): unknown {
  return type === 'string' && format !== undefined ? null : (ZEROS[type] ?? null);
}
