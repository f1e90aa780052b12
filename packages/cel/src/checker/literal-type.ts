import { BOOL, BYTES, type CelType, DOUBLE, DYN, INT, NULL, STRING, UINT } from '../types/cel-type';
import { Uint } from '../values/uint';
import type { Value } from '../values/value';

/** The type of a literal. */
export function literalType(value: Value): CelType {
  if (value === null) return NULL;
  switch (typeof value) {
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
    case 'string':
      return STRING;
    default:
      return value instanceof Uint ? UINT : value instanceof Uint8Array ? BYTES : DYN;
  }
}
