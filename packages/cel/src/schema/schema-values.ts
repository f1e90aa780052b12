import { isJsonObject } from '@typekube/apimachinery';
import { parseDurationText, parseTimestampText } from '../library/time-texts';
import { AssociativeList } from '../values/associative-list';
import { CelError } from '../values/cel-error';
import { fromJson, JsonMap, type FromJson } from '../values/json';
import { MapValue } from '../values/map-value';
import type { Value } from '../values/value';
import type { RuleSchema } from './rule-schema';

/** An object of known fields, which are converted when they are first asked for. */
class ObjectValue extends MapValue {
  private readonly converted = new Map<string, Value>();

  constructor(
    private readonly json: Readonly<Record<string, unknown>>,
    private readonly shape: ObjectShape,
  ) {
    super();
  }

  override get typeName(): string {
    return this.shape.name;
  }

  get size(): number {
    return Array.from(this.keys()).length;
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined;
    const known = this.converted.get(key);
    if (known !== undefined) return known;
    const field = this.shape.fields.get(key);
    const name = this.shape.jsonNames.get(key);
    if (!field || name === undefined || !Object.hasOwn(this.json, name) || this.json[name] === undefined) return undefined;
    const value = field.fromJson(this.json[name]);
    this.converted.set(key, value);
    return value;
  }

  *keys(): Iterable<Value> {
    for (const [escaped, name] of this.shape.jsonNames) if (Object.hasOwn(this.json, name)) yield escaped;
  }
}

interface ObjectShape {
  readonly name: string;
  readonly fields: ReadonlyMap<string, { readonly fromJson: FromJson }>;
  readonly jsonNames: ReadonlyMap<string, string>;
}

function mismatch(expected: string): CelError {
  return new CelError(`invalid data, expected ${expected}`);
}

/** Null stays null, whatever the type. */
function nullable(convert: FromJson): FromJson {
  return (json) => (json === null || json === undefined ? null : convert(json));
}

export const scalar: FromJson = nullable((json) => {
  if (typeof json !== 'string' && typeof json !== 'boolean') throw mismatch('a scalar');
  return json;
});

export const anyOf: FromJson = fromJson;

export const numberOf: FromJson = nullable((json) => {
  if (typeof json !== 'number' && typeof json !== 'bigint') throw mismatch('a number');
  return Number(json);
});

function textual(read: (text: string) => Value, expected: string): FromJson {
  return nullable((json) => {
    if (typeof json !== 'string') throw mismatch(expected);
    return read(json);
  });
}

export const bytesOf = textual((text) => new Uint8Array(Buffer.from(text, 'base64')), 'string matching the byte format');
export const durationOf = textual(parseDurationText, 'string matching the duration format');
export const dateOf = textual((text) => parseTimestampText(`${text}T00:00:00Z`), 'string matching the date format');
export const timestampOf = textual(parseTimestampText, 'string matching the date-time format');

export function listOfItems(schema: RuleSchema, item: FromJson): FromJson {
  const listType = schema['x-kubernetes-list-type'];
  const keys = listType === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined;
  return nullable((json) => {
    if (!Array.isArray(json)) throw mismatch('an array');
    const items = json.map(item);
    return listType === 'map' || listType === 'set' ? AssociativeList.make(items, keys) : items;
  });
}

export function mapOfValues(value: FromJson): FromJson {
  return nullable((json) => {
    if (!isJsonObject(json)) throw mismatch('an object');
    return new JsonMap(json, value);
  });
}

export function objectOf(name: string, fields: ObjectShape['fields'], jsonNames: ObjectShape['jsonNames']): FromJson {
  const shape = { name, fields, jsonNames };
  return nullable((json) => {
    if (!isJsonObject(json)) throw mismatch('an object');
    return new ObjectValue(json, shape);
  });
}
