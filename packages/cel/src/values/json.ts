import { formatDuration } from '@typekube/apimachinery';
import { CelError } from './cel-error';
import { MapValue } from './map-value';
import { OpaqueValue } from './opaque-value';
import { Optional } from './optional';
import { Duration, Timestamp } from './time';
import { TypeValue } from './type-value';
import { typeName } from './type-name';
import { Uint } from './uint';
import { isList, type Value } from './value';

/** Makes a value of what JSON has at a place; undefined where the value has nothing there. */
export type FromJson = (json: unknown) => Value;

/** A JSON object as a map; its values are converted when they are first asked for. */
export class JsonMap extends MapValue {
  private readonly converted = new Map<string, Value>();

  constructor(private readonly json: Readonly<Record<string, unknown>>, private readonly element: FromJson = fromJson) {
    super();
  }

  get size(): number {
    return Object.keys(this.json).length;
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.json, key)) return undefined;
    const known = this.converted.get(key);
    if (known !== undefined) return known;
    const json = this.json[key];
    if (json === undefined) return undefined;
    const value = this.element(json);
    this.converted.set(key, value);
    return value;
  }

  keys(): Iterable<Value> {
    return Object.keys(this.json);
  }
}

/** JSON without a schema as a value: whole numbers are int. */
export function fromJson(json: unknown): Value {
  if (json === undefined || json === null) return null;
  switch (typeof json) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return json;
    case 'number':
      return Number.isInteger(json) ? BigInt(json) : json;
    default:
      if (Array.isArray(json)) return json.map(fromJson);
      return typeof json === 'object' ? new JsonMap(Object.fromEntries(Object.entries(json))) : null;
  }
}

/** A value as plain JSON. Throws a CelError for what JSON has no form of. */
export function toJson(value: Value): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Uint) return toJson(value.value);
  if (isList(value)) return value.map(toJson);
  if (value instanceof MapValue) return Object.fromEntries(Array.from(value.keys(), (key) => [keyText(key), toJson(value.get(key) ?? null)]));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Duration) return formatDuration(value.nanos);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof OpaqueValue) {
    const json = value.toJson();
    if (json !== undefined) return json;
  }
  if (value instanceof Optional || value instanceof TypeValue || value instanceof OpaqueValue) {
    throw new CelError(`unsupported type conversion of ${typeName(value)}`);
  }
  return null;
}

function keyText(key: Value): string {
  return key instanceof Uint ? String(key.value) : String(key);
}

/** RFC 3339 with as many decimals as there are. */
export function timestampText({ nanos }: Timestamp): string {
  const seconds = floorDivide(nanos, 1_000_000_000n);
  const fraction = nanos - seconds * 1_000_000_000n;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  const decimals = fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${decimals}Z`;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
