import { goTypeName, goValueKind } from './go-type';
import type { Schema } from './schema';

/** A value of a wrong type, and where it stands. */
export interface Mismatch {
  readonly value: unknown;
  readonly schema: Schema;
  /** `DeploymentSpec.spec.replicas`: the struct and the path of the field, without indexes and map keys; empty outside of any. */
  readonly field: string;
}

/** As Go's JSON decoder words a mismatch: `json: cannot unmarshal string into Go struct field X.y of type int32`. */
export function wordAsDecoder({ value, schema, field }: Mismatch): string {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const literal = isNumber && schema.type === 'integer' ? ` ${value}` : '';
  const target = field ? `Go struct field ${field}` : 'Go value';
  return `json: cannot unmarshal ${goValueKind(value)}${literal} into ${target} of type ${goTypeName(schema)}`;
}

/** As upstream's converter from unstructured objects words it: `unrecognized type: int32`, `cannot restore slice from map`. */
export function wordAsConverter({ value, schema }: Mismatch): string {
  const from = converterKind(value);
  switch (schema.type) {
    case 'array':
      return `cannot restore slice from ${from}`;
    case 'object':
      return schema.additionalProperties ? `cannot restore map from ${from}` : `cannot restore struct from: ${from}`;
    case 'integer':
      return from === 'float64' || from === 'int64' ? `cannot convert ${from} to ${goTypeName(schema)}` : unrecognized(schema);
    case 'string':
      if (schema.format === 'byte') return `cannot restore slice from ${from}`;
      return from === 'int64' ? 'cannot convert int64 to string' : unrecognized(schema);
    default:
      return unrecognized(schema);
  }
}

function unrecognized(schema: Schema): string {
  return `unrecognized type: ${goTypeName({ ...schema, name: undefined, goType: undefined })}`;
}

function converterKind(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    case 'bigint':
      return 'int64';
    case 'object':
      return Array.isArray(value) ? 'slice' : 'map';
    default:
      return goValueKind(value);
  }
}
