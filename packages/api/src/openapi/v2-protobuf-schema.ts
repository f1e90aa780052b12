import type { JsonObject, JsonValue } from './json';
import type { ReverseProtoWriter } from './proto-writer';

type Scalar = 'text' | 'flag' | 'integer' | 'double';

/** Scalar fields of gnostic's Schema message, by their names in OpenAPI. */
const SCALARS = new Map<string, readonly [type: Scalar, field: number]>([
  ['$ref', ['text', 1]],
  ['format', ['text', 2]],
  ['title', ['text', 3]],
  ['description', ['text', 4]],
  ['multipleOf', ['double', 6]],
  ['maximum', ['double', 7]],
  ['exclusiveMaximum', ['flag', 8]],
  ['minimum', ['double', 9]],
  ['exclusiveMinimum', ['flag', 10]],
  ['maxLength', ['integer', 11]],
  ['minLength', ['integer', 12]],
  ['pattern', ['text', 13]],
  ['maxItems', ['integer', 14]],
  ['minItems', ['integer', 15]],
  ['uniqueItems', ['flag', 16]],
  ['maxProperties', ['integer', 17]],
  ['minProperties', ['integer', 18]],
]);

const DEFAULT = 5;
const REQUIRED = 19;
const ENUM = 20;
const ADDITIONAL_PROPERTIES = 21;
const TYPE = 22;
const ITEMS = 23;
const ALL_OF = 24;
const PROPERTIES = 25;
const VENDOR_EXTENSION = 31;

/** Writes schemas as gnostic's `openapi.v2.Schema`. */
export class SchemaProtoWriter {
  constructor(private readonly writer: ReverseProtoWriter) {}

  /** The content of one Schema message. */
  write(schema: JsonObject): void {
    this.writeExtensions(VENDOR_EXTENSION, schema);
    for (const key in schema) {
      const value = schema[key];
      const scalar = SCALARS.get(key);
      if (value === undefined) continue;
      if (scalar === undefined) this.writePart(key, value);
      else this.writeScalar(scalar, value);
    }
  }

  /** The `x-` keys of a schema or an operation; values are YAML there, of which JSON is a part. */
  writeExtensions(field: number, owner: JsonObject): void {
    for (const [name, value] of Object.entries(owner).reverse()) {
      if (!name.startsWith('x-')) continue;
      this.writer.message(field, () => {
        this.writeAny(2, value);
        this.writer.text(1, name);
      });
    }
  }

  private writeScalar([type, field]: readonly [Scalar, number], value: JsonValue): void {
    if (type === 'text' && typeof value === 'string') this.writer.text(field, value);
    if (type === 'flag' && typeof value === 'boolean') this.writer.flag(field, value);
    if (type === 'integer' && typeof value === 'number') this.writer.integer(field, value);
    if (type === 'double' && typeof value === 'number') this.writer.double(field, value);
  }

  private writePart(key: string, value: JsonValue): void {
    const { writer } = this;
    switch (key) {
      case 'type':
        return writer.message(TYPE, () => writer.text(1, asText(value)));
      case 'properties':
        return writer.message(PROPERTIES, () => this.writeProperties(isObject(value) ? value : {}));
      case 'items':
        return writer.message(ITEMS, () => this.writeSchema(1, value));
      case 'additionalProperties':
        return writer.message(ADDITIONAL_PROPERTIES, () =>
          typeof value === 'boolean' ? writer.flag(2, value) : this.writeSchema(1, value),
        );
      case 'default':
        return this.writeAny(DEFAULT, value);
      case 'required':
        return listOf(value).forEach((each) => writer.element(REQUIRED, asText(each)));
      case 'enum':
        return listOf(value).forEach((each) => this.writeAny(ENUM, each));
      case 'allOf':
        return listOf(value).forEach((each) => this.writeSchema(ALL_OF, each));
    }
  }

  private writeProperties(properties: JsonObject): void {
    for (const [name, property] of Object.entries(properties).reverse()) {
      this.writer.message(1, () => {
        this.writeSchema(2, property);
        this.writer.text(1, name);
      });
    }
  }

  private writeSchema(field: number, schema: JsonValue): void {
    this.writer.message(field, () => this.write(isObject(schema) ? schema : {}));
  }

  private writeAny(field: number, value: JsonValue): void {
    this.writer.message(field, () => this.writer.text(2, `${JSON.stringify(value)}\n`));
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The elements, the last first: what is written first comes last. */
function listOf(value: JsonValue): JsonValue[] {
  return Array.isArray(value) ? [...value].reverse() : [];
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}
