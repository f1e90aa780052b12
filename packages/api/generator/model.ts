/** What the generator knows of the API: definitions by upstream's names, with fields in the wire's names. */

export interface Definition {
  /** `io.k8s.api.core.v1.Pod` */
  readonly name: string;
  /** Go's package and version: `core/v1`. */
  readonly module: string;
  /** `Pod` */
  readonly goName: string;
  readonly description: string;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly description: string;
  readonly enumValues: readonly string[];
}

export type FieldType =
  | { readonly is: 'ref'; readonly to: string }
  | { readonly is: 'list'; readonly of: FieldType }
  | { readonly is: 'map'; readonly of: FieldType }
  | { readonly is: 'scalar'; readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'any'; readonly format: string };

/** The element type under lists and maps. */
export function leafOf(type: FieldType): FieldType {
  return type.is === 'list' || type.is === 'map' ? leafOf(type.of) : type;
}

/** The same lists and maps around another element type. */
export function withLeaf(type: FieldType, leaf: FieldType): FieldType {
  return type.is === 'list' || type.is === 'map' ? { is: type.is, of: withLeaf(type.of, leaf) } : leaf;
}
