/** A type as the checker knows it. */
export type CelType =
  | { readonly kind: 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration' | 'dyn' | 'error' }
  | { readonly kind: 'list'; readonly elem: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | { readonly kind: 'type'; readonly of?: CelType }
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'opaque'; readonly name: string; readonly params: readonly CelType[] }
  | { readonly kind: 'param'; readonly name: string };

export const NULL: CelType = { kind: 'null' };
export const BOOL: CelType = { kind: 'bool' };
export const INT: CelType = { kind: 'int' };
export const UINT: CelType = { kind: 'uint' };
export const DOUBLE: CelType = { kind: 'double' };
export const STRING: CelType = { kind: 'string' };
export const BYTES: CelType = { kind: 'bytes' };
export const TIMESTAMP: CelType = { kind: 'timestamp' };
export const DURATION: CelType = { kind: 'duration' };
export const DYN: CelType = { kind: 'dyn' };
export const ERROR: CelType = { kind: 'error' };
export const TYPE: CelType = { kind: 'type' };

export function listOf(elem: CelType): CelType {
  return { kind: 'list', elem };
}

export function mapOf(key: CelType, value: CelType): CelType {
  return { kind: 'map', key, value };
}

export function typeOf(of: CelType): CelType {
  return { kind: 'type', of };
}

export function objectType(name: string): CelType {
  return { kind: 'object', name };
}

export function opaqueType(name: string, ...params: readonly CelType[]): CelType {
  return { kind: 'opaque', name, params };
}

export function optionalOf(type: CelType): CelType {
  return opaqueType('optional_type', type);
}

export function param(name: string): CelType {
  return { kind: 'param', name };
}

export function isDyn({ kind }: CelType): boolean {
  return kind === 'dyn' || kind === 'error';
}

/** What is within an optional type; undefined where it is none. */
export function optionalElement(type: CelType): CelType | undefined {
  return type.kind === 'opaque' && type.name === 'optional_type' ? type.params[0] : undefined;
}

/** The types within a type. */
export function parameters(type: CelType): readonly CelType[] {
  switch (type.kind) {
    case 'list':
      return [type.elem];
    case 'map':
      return [type.key, type.value];
    case 'opaque':
      return type.params;
    case 'type':
      return type.of ? [type.of] : [];
    default:
      return [];
  }
}

/** A type with others within it. */
export function withParameters(type: CelType, params: readonly CelType[]): CelType {
  const [first, second] = params;
  switch (type.kind) {
    case 'list':
      return first ? listOf(first) : type;
    case 'map':
      return first && second ? mapOf(first, second) : type;
    case 'opaque':
      return { ...type, params };
    case 'type':
      return first ? typeOf(first) : type;
    default:
      return type;
  }
}

/** A type as messages name it: `list(int)`. */
export function typeText(type: CelType): string {
  if (type.kind === 'object' || type.kind === 'param') return type.name;
  if (type.kind === 'error') return '!error!';
  const name = type.kind === 'opaque' ? type.name : type.kind;
  const params = parameters(type);
  return params.length ? `${name}(${params.map(typeText).join(', ')})` : name;
}

export function sameType(a: CelType, b: CelType): boolean {
  return a === b || (a.kind === b.kind && typeText(a) === typeText(b));
}
