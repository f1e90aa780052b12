/**
 * How the fields of a value are owned and merged: structured-merge-diff's view of a schema. A type may be a scalar, a list and a map at once (what
 * no schema describes is whatever it turns out to be).
 */
export interface FieldType {
  readonly scalar?: ScalarKind;
  readonly list?: ListType;
  readonly map?: MapType;
}

export type ScalarKind = 'string' | 'numeric' | 'boolean' | 'untyped';

export interface ListType {
  /** An atomic list is one field; elements of a set are known by their value, those of a map by their keys. */
  readonly relation: 'atomic' | 'set' | 'map';
  /** Sorted by name. */
  readonly keys: readonly ListKey[];
  readonly element: FieldType;
}

export interface ListKey {
  readonly name: string;
  /** As FieldsV1 has it: `"NAME":`. */
  readonly label: string;
  /** What an element without it has. */
  readonly default?: unknown;
}

export interface MapType {
  /** One field, whatever is in it. */
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, MapField>;
  /** Of fields that are not declared; absent where there must be none. */
  readonly element?: FieldType;
}

export interface MapField {
  /** As FieldsV1 has it: `f:NAME`. */
  readonly key: string;
  readonly type: FieldType;
}

const NO_FIELDS: ReadonlyMap<string, MapField> = new Map();

/** Nothing is known of it, and what it holds is one field. */
const UNTYPED_ATOMIC: FieldType = recursive((self) => ({
  scalar: 'untyped',
  list: { relation: 'atomic', keys: [], element: self },
  map: { atomic: true, fields: NO_FIELDS, element: self },
}));

/** What no schema describes: maps are merged field by field, lists are atomic. */
export const DEDUCED: FieldType = recursive((self) => ({
  scalar: 'untyped',
  list: { relation: 'atomic', keys: [], element: UNTYPED_ATOMIC },
  map: { atomic: false, fields: NO_FIELDS, element: self },
}));

function recursive(make: (self: FieldType) => FieldType): FieldType {
  const self = {};
  return Object.assign(self, make(self));
}

/** What a value is handled as. `mixed`: the value does not say, and the type allows for several. */
export type Shape = 'scalar' | 'list' | 'map' | 'mixed';

/** The shape of a present value. Where the type has one shape only, it is that, whatever the value. */
export function shapeOf({ scalar, list, map }: FieldType, value: unknown): Shape {
  if (!scalar) return map ? 'map' : 'list';
  if (!map && !list) return 'scalar';
  if (value === null) return 'mixed';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'map' : 'scalar';
}
