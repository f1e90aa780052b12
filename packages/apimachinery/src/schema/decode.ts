import { isJsonObject } from '../json/own-property';
import { DecodeContext } from './decode-context';
import { type Decoder, scalarDecoder, zeroScalar } from './decode-scalars';
import { goStructName } from './go-type';
import { wordAsConverter, wordAsDecoder } from './mismatch';
import type { JsonSchema } from '../structural/json-schema';
import { pruneUnknownFields } from '../structural/prune';
import type { Schema } from './schema';

export interface Decoded {
  /** The given value, changed in place (another one only if it was not an object). */
  readonly value: unknown;
  /** Paths of the dropped fields, at most 100: `spec.containers[0].foo`. Upstream words them `unknown field "PATH"`. */
  readonly unknownFields: string[];
}

/**
 * Brings a parsed JSON value, in place, to what decoding it into upstream's Go type and encoding it again would give:
 *
 * - unknown fields are dropped and reported, save where the schema preserves them;
 * - null fields are dropped; null elements of arrays and maps become the zero value;
 * - quantities, times, durations and base64 take their canonical text;
 * - empty arrays and empty maps of optional fields are dropped (`omitempty`);
 * - required scalars that are missing get their zero value, where their object is present.
 *
 * Zero values of optional scalars are dropped where they are no pointers in Go (`omitZero`), and kept where they are.
 *
 * @param path prefix of the reported paths, when `value` is not a whole object.
 * @throws DecodeError with Go's text, for the first value that does not fit:
 *   `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`.
 */
export function decodeObject(schema: Schema, value: unknown, path = ''): Decoded {
  return decodeWith(new DecodeContext(path, wordAsDecoder), schema, value);
}

/**
 * As `decodeObject`, but with the texts of upstream's converter from unstructured objects, which reads what a strategic merge
 * patch gives: `unrecognized type: int32`, `cannot restore slice from map`. Upstream answers 422:
 * ` "" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": unrecognized type: int32` (see `formatGoValue`).
 *
 * @throws DecodeError
 */
export function convertObject(schema: Schema, value: unknown): Decoded {
  return decodeWith(new DecodeContext('', wordAsConverter), schema, value);
}

function decodeWith(context: DecodeContext, schema: Schema, value: unknown): Decoded {
  const decoded = value === null ? zeroElement(schema, context) : decoderOf(schema)(value, context);
  if (context.mismatchFound) throw context.mismatchFound;
  return { value: decoded, unknownFields: [...context.unknownFields] };
}

const decoders = new WeakMap<Schema, Decoder>();

function decoderOf(schema: Schema): Decoder {
  let decoder = decoders.get(schema);
  if (!decoder) {
    decoder = compile(schema);
    decoders.set(schema, decoder);
  }
  return decoder;
}

/** Compiles at the first use: schemas may be cyclic, so one must not be walked without an object. */
function lazyDecoder(schema: Schema): Decoder {
  let decode: Decoder | undefined;
  return (value, context) => (decode ??= decoderOf(schema))(value, context);
}

function compile(schema: Schema): Decoder {
  if (schema.type === 'array') return arrayDecoder(schema);
  if (schema.type !== 'object') return scalarDecoder(schema);
  if (schema.structural) return customDecoder(schema, schema.structural);
  if (schema.properties) return structDecoder(schema, schema.properties);
  if (schema.additionalProperties) return mapDecoder(schema, schema.additionalProperties);
  return schema.preserveUnknownFields ? (value) => value : structDecoder(schema, {});
}

/** What is declared in `properties` (the metadata) is decoded as that of any kind, in embedded resources too; the rest is only pruned. */
function customDecoder(schema: Schema, structural: JsonSchema): Decoder {
  const decodeDeclared = structDecoder({ ...schema, preserveUnknownFields: true }, schema.properties ?? {});
  return (value, context) => {
    const decoded = decodeDeclared(value, context);
    pruneUnknownFields(decoded, structural, {
      enter: (segment) => context.enter(segment),
      leave: () => context.leave(),
      reportUnknown: (name) => context.reportUnknown(name),
      enterEmbedded: (embedded) => void decodeDeclared(embedded, context),
    });
    return decoded;
  };
}

interface Field {
  readonly decode: Decoder;
  /** Dropped when it is an empty array or map. */
  readonly omitEmpty: boolean;
  /** Dropped when it is zero: see `Schema.omitZero`. */
  readonly omitZero: boolean;
}

function structDecoder(schema: Schema, properties: Readonly<Record<string, Schema>>): Decoder {
  const fields = new Map<string, Field>();
  const name = goStructName(schema);
  let zeros: readonly (readonly [string, unknown])[] | undefined;

  const fieldOf = (key: string): Field | undefined => {
    const known = fields.get(key);
    if (known || !Object.hasOwn(properties, key)) return known;
    const property = properties[key];
    if (!property) return undefined;
    const field = { decode: decoderOf(property), omitEmpty: isOmittedEmpty(schema, key, property), omitZero: property.omitZero ?? false };
    fields.set(key, field);
    return field;
  };

  return (value, context) => {
    if (!isJsonObject(value)) {
      context.reportMismatch(value, schema);
      return value;
    }
    const outer = context.struct;
    context.struct = name ?? outer;
    for (const key in value) {
      const field = fieldOf(key);
      if (field) decodeField(value, key, field, context);
      else if (!schema.preserveUnknownFields) dropUnknown(value, key, context);
    }
    context.struct = outer;
    zeros ??= requiredZeros(schema, properties);
    for (const [key, zero] of zeros) if (value[key] === undefined) value[key] = zero;
    return value;
  };
}

function decodeField(object: Record<string, unknown>, key: string, field: Field, context: DecodeContext): void {
  const given = object[key];
  if (given === null) {
    delete object[key];
    return;
  }
  context.enterField(key);
  const decoded = field.decode(given, context);
  context.leaveField();
  const isLeftOut = (field.omitEmpty && isEmptyContainer(decoded)) || (field.omitZero && isZero(decoded));
  if (decoded === null || isLeftOut) delete object[key];
  else if (decoded !== given) object[key] = decoded;
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

function dropUnknown(object: Record<string, unknown>, key: string, context: DecodeContext): void {
  context.reportUnknown(key);
  delete object[key];
}

function isOmittedEmpty(schema: Schema, key: string, property: Schema): boolean {
  // An empty list of managed fields asks that they be forgotten: it is not the same as none.
  if (schema.required?.includes(key) || key === 'managedFields') return false;
  return (
    property.type === 'array' ||
    (property.type === 'object' && !property.properties && property.additionalProperties !== undefined)
  );
}

function isEmptyContainer(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function requiredZeros(schema: Schema, properties: Readonly<Record<string, Schema>>): (readonly [string, unknown])[] {
  return (schema.required ?? []).flatMap((key) => {
    const property = properties[key];
    const zero = property && zeroScalar(property);
    return zero === undefined ? [] : [[key, zero] as const];
  });
}

function mapDecoder(schema: Schema, element: Schema): Decoder {
  const decode = lazyDecoder(element);
  return (value, context) => {
    if (!isJsonObject(value)) {
      context.reportMismatch(value, schema);
      return value;
    }
    for (const key in value) {
      const given = value[key];
      context.enter(key);
      const decoded = given === null ? zeroElement(element, context) : decode(given, context);
      context.leave();
      if (decoded !== given) value[key] = decoded;
    }
    return value;
  };
}

function arrayDecoder(schema: Schema): Decoder {
  const element = schema.items ?? { type: 'any' };
  const decode = lazyDecoder(element);
  return (value, context) => {
    if (!Array.isArray(value)) {
      context.reportMismatch(value, schema);
      return value;
    }
    for (let i = 0; i < value.length; i++) {
      const given: unknown = value[i];
      context.enter(i);
      const decoded = given === null ? zeroElement(element, context) : decode(given, context);
      context.leave();
      if (decoded !== given) value[i] = decoded;
    }
    return value;
  };
}

/** What a null element of an array or of a map becomes. */
function zeroElement(schema: Schema, context: DecodeContext): unknown {
  if (schema.type === 'object') return decoderOf(schema)({}, context);
  if (schema.type === 'array') return [];
  if (schema.format === 'byte') return '';
  return zeroScalar(schema) ?? null;
}
