/**
 * How the JSON form of a type lies in protobuf, as Go's generated code of Kubernetes writes it. Descriptors may be cyclic, so
 * messages are referred to through functions.
 */
export interface MessageDescriptor {
  /** The definition's name, `io.k8s.api.core.v1.Pod`; errors print its last part. */
  readonly name: string;
  /** By ascending number, each number once. */
  readonly fields: readonly FieldDescriptor[];
}

export interface FieldDescriptor {
  /** The name in JSON; of an embedded struct, whose fields JSON has on the outer level, the empty string. */
  readonly name: string;
  readonly number: number;
  readonly shape: FieldShape;
  readonly type: ValueType;
  /**
   * A pointer in Go: absent from the wire when it is not set. Other single fields are always written, so their zero value says
   * nothing.
   */
  readonly pointer: boolean;
  /** JSON leaves a zero value of a field out that is no pointer (`omitempty`). */
  readonly omitEmpty: boolean;
}

export type FieldShape = 'single' | 'embedded' | 'list' | 'map';

export type ScalarType = 'string' | 'bytes' | 'bool' | 'int32' | 'int64' | 'double';

export type ValueType =
  | { readonly is: 'scalar'; readonly type: ScalarType }
  | { readonly is: 'message'; readonly message: () => MessageDescriptor }
  | { readonly is: 'special'; readonly codec: SpecialType };

/** Messages whose JSON is no object of their fields. */
export type SpecialType =
  | 'quantity'
  | 'time'
  | 'micro-time'
  | 'duration'
  | 'int-or-string'
  /** A list of strings that is a message of its own: the values of `extra` of a user. */
  | 'string-list'
  /** RawExtension, FieldsV1 and apiextensions' JSON: JSON text. */
  | 'json'
  | SchemaUnion;

/** apiextensions' unions of a schema and something else. */
export interface SchemaUnion {
  readonly schemaOr: 'bool' | 'array' | 'string-array';
  readonly schema: () => MessageDescriptor;
}
