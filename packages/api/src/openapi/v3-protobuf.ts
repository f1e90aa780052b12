import type { JsonObject, JsonValue } from './json';
import { ReverseProtoWriter } from './proto-writer';

/** The media type of version 3 documents in this form; answers must carry it, whichever name the client asked by. */
export const OPENAPI_V3_PROTOBUF = 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf';

/** The name that client-go asks by. It is no valid media type: clients reject answers that carry it. */
export const OPENAPI_V3_PROTOBUF_ASKED = 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf';

/** An OpenAPI v3 document as gnostic's `openapi.v3.Document` message. Writes what buildOpenAPIv3 gives; what that has none of is left out. */
export function encodeOpenAPIv3Protobuf(document: JsonObject): Buffer {
  const writer = new ReverseProtoWriter();
  DOCUMENT(writer, document);
  return writer.finish();
}

/** Writes the content of a message, or one field of it. */
type Write = (writer: ReverseProtoWriter, value: JsonValue) => void;
type WriteField = (writer: ReverseProtoWriter, field: number, value: JsonValue) => void;

/** The fields of a message, by their names in OpenAPI, in the order of their numbers. */
type Fields = Readonly<Record<string, readonly [field: number, write: WriteField]>>;

const text: WriteField = (writer, field, value) => writer.text(field, asText(value));
const flag: WriteField = (writer, field, value) => writer.flag(field, value === true);
const integer: WriteField = (writer, field, value) => writer.integer(field, Number(value));
const double: WriteField = (writer, field, value) => writer.double(field, Number(value));
const texts: WriteField = (writer, field, value) => reversed(value).forEach((each) => writer.element(field, asText(each)));
/** Values of any kind are YAML there, of which JSON is a part. */
const any: WriteField = (writer, field, value) => writer.message(field, () => writer.text(2, `${JSON.stringify(value)}\n`));

/** A message of its own. */
const one = (write: Write): WriteField => (writer, field, value) => writer.message(field, () => write(writer, value));
const many = (write: Write): WriteField => (writer, field, value) => reversed(value).forEach((each) => writer.message(field, () => write(writer, each)));
/** A map, as pairs of name and value. */
const pairs = (write: WriteField): WriteField => (writer, field, value) => {
  for (const [name, each] of Object.entries(asObject(value)).reverse()) {
    writer.message(field, () => {
      write(writer, 2, each);
      writer.text(1, name);
    });
  }
};
/** A message that holds nothing but one field. */
const only = (field: number, write: WriteField): WriteField => one((writer, value) => write(writer, field, value));

function fields(all: Fields, extensionField?: number): Write {
  const last = Object.entries(all).reverse();
  return (writer, value) => {
    const object = asObject(value);
    if (extensionField !== undefined) {
      const extensions = Object.entries(object).filter(([name]) => name.startsWith('x-'));
      pairs(any)(writer, extensionField, Object.fromEntries(extensions));
    }
    for (const [name, [field, write]] of last) {
      const each = object[name];
      if (each !== undefined) write(writer, field, each);
    }
  };
}

/** What may be a reference instead. */
function orReference(write: Write): Write {
  return (writer, value) => {
    const { $ref } = asObject(value);
    writer.message($ref === undefined ? 1 : 2, () => ($ref === undefined ? write(writer, value) : writer.text(1, asText($ref))));
  };
}

const schemaOrReference: Write = (writer, value) => orReference(SCHEMA)(writer, value);

/** In a field of which there is one of several, zero is written too. */
const defaultValue: WriteField = (writer, field, value) => {
  if (typeof value === 'object') return;
  writer.message(field, () => {
    if (typeof value === 'number') writer.presentDouble(1, value);
    else if (typeof value === 'boolean') writer.presentFlag(2, value);
    else writer.element(3, value);
  });
};

const additionalProperties: WriteField = (writer, field, value) =>
  writer.message(field, () => (typeof value === 'boolean' ? writer.presentFlag(2, value) : one(schemaOrReference)(writer, 1, value)));

const SCHEMA = fields(
  {
    nullable: [1, flag], readOnly: [3, flag], deprecated: [8, flag], title: [9, text], multipleOf: [10, double], maximum: [11, double],
    exclusiveMaximum: [12, flag], minimum: [13, double], exclusiveMinimum: [14, flag], maxLength: [15, integer], minLength: [16, integer],
    pattern: [17, text], maxItems: [18, integer], minItems: [19, integer], uniqueItems: [20, flag], maxProperties: [21, integer],
    minProperties: [22, integer], required: [23, texts], enum: [24, (writer, field, value) => reversed(value).forEach((each) => any(writer, field, each))],
    type: [25, text], allOf: [26, many(schemaOrReference)], oneOf: [27, many(schemaOrReference)], anyOf: [28, many(schemaOrReference)],
    not: [29, one((writer, value) => SCHEMA(writer, value))], items: [30, only(1, one(schemaOrReference))], properties: [31, only(1, pairs(one(schemaOrReference)))],
    additionalProperties: [32, additionalProperties], default: [33, defaultValue], description: [34, text], format: [35, text],
  },
  36,
);

const MEDIA_TYPE = fields({ schema: [1, one(schemaOrReference)] });
const CONTENT = only(1, pairs(one(MEDIA_TYPE)));
const PARAMETER = fields({ name: [1, text], in: [2, text], description: [3, text], required: [4, flag], schema: [10, one(schemaOrReference)] }, 14);
const PARAMETERS = many(orReference(PARAMETER));
const REQUEST_BODY = fields({ description: [1, text], content: [2, CONTENT], required: [3, flag] });
const RESPONSE = fields({ description: [1, text], content: [3, CONTENT] });
/** `default` stands apart from the codes. */
const RESPONSES: Write = (writer, value) => {
  const { default: otherwise, ...codes } = asObject(value);
  pairs(one(orReference(RESPONSE)))(writer, 2, codes);
  if (otherwise !== undefined) one(orReference(RESPONSE))(writer, 1, otherwise);
};
const OPERATION = fields(
  {
    tags: [1, texts], summary: [2, text], description: [3, text], operationId: [5, text], parameters: [6, PARAMETERS],
    requestBody: [7, one(orReference(REQUEST_BODY))], responses: [8, one(RESPONSES)], deprecated: [10, flag],
  },
  13,
);
const PATH_ITEM = fields(
  {
    get: [4, one(OPERATION)], put: [5, one(OPERATION)], post: [6, one(OPERATION)], delete: [7, one(OPERATION)], options: [8, one(OPERATION)],
    head: [9, one(OPERATION)], patch: [10, one(OPERATION)], parameters: [13, PARAMETERS],
  },
  14,
);
const SECURITY_SCHEME = fields({ type: [1, text], description: [2, text], name: [3, text], in: [4, text] });
const COMPONENTS = fields({
  schemas: [1, only(1, pairs(one(schemaOrReference)))],
  securitySchemes: [7, only(1, pairs(one(orReference(SECURITY_SCHEME))))],
});
const DOCUMENT = fields({
  openapi: [1, text],
  info: [2, one(fields({ title: [1, text], description: [2, text], version: [6, text] }))],
  paths: [4, only(1, pairs(one(PATH_ITEM)))],
  components: [5, one(COMPONENTS)],
  security: [6, many((writer, value) => pairs(only(1, texts))(writer, 1, value))],
});

function reversed(list: JsonValue): JsonValue[] {
  return Array.isArray(list) ? [...list].reverse() : [];
}

function asObject(value: JsonValue): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}
