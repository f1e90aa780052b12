import type { JsonObject, JsonValue } from './json';
import type { ReverseProtoWriter } from './proto-writer';

/** Scalar fields of gnostic's Schema message, by their names in OpenAPI. */
const TEXTS = Object.entries({ $ref: 1, format: 2, title: 3, description: 4, pattern: 13 });
const FLAGS = Object.entries({ exclusiveMaximum: 8, exclusiveMinimum: 10, uniqueItems: 16 });
const INTEGERS = Object.entries({
  maxLength: 11,
  minLength: 12,
  maxItems: 14,
  minItems: 15,
  maxProperties: 17,
  minProperties: 18,
});
const DOUBLES = Object.entries({ multipleOf: 6, maximum: 7, minimum: 9 });

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
    this.writeParts(schema);
    for (const [key, field] of INTEGERS) this.writer.integer(field, asNumber(schema[key]));
    for (const [key, field] of DOUBLES) this.writer.double(field, asNumber(schema[key]));
    for (const [key, field] of FLAGS) this.writer.flag(field, schema[key] === true);
    for (const [key, field] of TEXTS) this.writer.text(field, asText(schema[key]));
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

  private writeParts(schema: JsonObject): void {
    const { writer } = this;
    const { additionalProperties, default: fallback, items, properties, type } = schema;
    if (isObject(properties)) writer.message(PROPERTIES, () => this.writeProperties(properties));
    for (const each of listOf(schema.allOf).reverse()) this.writeSchema(ALL_OF, each);
    if (isObject(items)) writer.message(ITEMS, () => this.writeSchema(1, items));
    if (typeof type === 'string') writer.message(TYPE, () => writer.text(1, type));
    if (isObject(additionalProperties)) writer.message(ADDITIONAL_PROPERTIES, () => this.writeSchema(1, additionalProperties));
    if (typeof additionalProperties === 'boolean')
      writer.message(ADDITIONAL_PROPERTIES, () => writer.flag(2, additionalProperties));
    for (const each of listOf(schema.enum).reverse()) this.writeAny(ENUM, each);
    for (const each of listOf(schema.required).reverse()) writer.element(REQUIRED, asText(each));
    if (fallback !== undefined) this.writeAny(DEFAULT, fallback);
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

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? [...value] : [];
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function asNumber(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
