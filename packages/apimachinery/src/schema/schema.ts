import type { JsonSchema } from '../structural/json-schema';

/**
 * The structural schema of a value: what its fields are and how lists and maps merge. One form for built-in kinds
 * (generated) and custom resources (from their OpenAPI schema). Schemas may be cyclic: never walk one without an object.
 */
export interface Schema {
  /** The name of its definition, `io.k8s.api.apps.v1.DeploymentSpec`, if it has one of its own. Decoding errors print it. */
  readonly name?: string;
  readonly type: SchemaType;
  /** The name of the Go type of a string that has one of its own: `v1.Protocol`. Decoding errors print it. */
  readonly goType?: string;
  readonly format?: SchemaFormat;
  readonly description?: string;
  /** Fields of an object with known fields. */
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Names of the properties that upstream always writes (no `omitempty`) or that must be given. */
  readonly required?: readonly string[];
  /** The value schema of a map with free keys. */
  readonly additionalProperties?: Schema;
  /** The element schema of an array. */
  readonly items?: Schema;
  /** Unknown fields are kept (raw extensions, `x-kubernetes-preserve-unknown-fields`). */
  readonly preserveUnknownFields?: boolean;
  /** Of a whole custom object: its own schema, by which unknown fields are dropped. What is of a wrong type is left to validation. */
  readonly structural?: JsonSchema;
  readonly enum?: readonly string[];
  /** What the API says a field is where it is left out. Not filled in by decoding. */
  readonly default?: unknown;
  /**
   * A scalar field of a built-in type that is no pointer in Go and may be left out (`omitempty`): its zero value means that it is
   * not set.
   */
  readonly omitZero?: boolean;
  /** How a strategic merge patch treats this field. `retainKeys` may be joined with `merge`. */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly patchMergeKey?: string;
  /** How server-side apply treats this list or map. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
}

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'int-or-string' | 'any';

/** Formats that have a canonical text, to which decoding brings a value. */
export type SchemaFormat = 'int32' | 'int64' | 'float' | 'double' | 'byte' | 'date-time' | 'micro-time' | 'duration' | 'quantity';
