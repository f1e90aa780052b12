import type { JsonObject, JsonValue } from './json';
import { ReverseProtoWriter } from './proto-writer';
import { SchemaProtoWriter } from './v2-protobuf-schema';

/** The media type of the document in this form; answers must carry it, whichever name the client asked by. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** The name that client-go asks by. It is no valid media type: clients reject answers that carry it. */
export const OPENAPI_V2_PROTOBUF_ASKED = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/**
 * An OpenAPI v2 document as gnostic's `openapi.v2.Document` message, the only form that kubectl takes from `/openapi/v2`. Writes
 * what buildOpenAPIv2 gives; of a larger document, the parts that it has none of are left out.
 */
export function encodeOpenAPIv2Protobuf(document: JsonObject): Buffer {
  return new DocumentWriter().encode(document);
}

const METHODS = Object.entries({ get: 2, put: 3, post: 4, delete: 5, options: 6, head: 7, patch: 8 });

class DocumentWriter {
  private readonly writer = new ReverseProtoWriter();
  private readonly schemas = new SchemaProtoWriter(this.writer);

  encode(document: JsonObject): Buffer {
    const { writer } = this;
    this.named(13, document.securityDefinitions, (item) => writer.message(2, () => this.apiKey(asObject(item))));
    reversed(document.security).forEach((requirement) => writer.message(12, () => this.requirement(asObject(requirement))));
    this.named(10, document.parameters, (parameter) => this.parameter(asObject(parameter)));
    this.named(9, document.definitions, (schema) => this.schemas.write(asObject(schema)));
    writer.message(8, () => this.entries(2, document.paths, (path) => this.path(asObject(path))));
    const info = asObject(document.info);
    writer.message(2, () => {
      writer.text(2, asText(info.version));
      writer.text(1, asText(info.title));
    });
    writer.text(1, asText(document.swagger));
    return writer.finish();
  }

  /** A message that holds nothing but a map. */
  private named(field: number, map: JsonValue | undefined, write: (value: JsonValue) => void): void {
    this.writer.message(field, () => this.entries(1, map, write));
  }

  /** A map, as pairs of name and value. */
  private entries(field: number, map: JsonValue | undefined, write: (value: JsonValue) => void): void {
    for (const [name, value] of Object.entries(asObject(map)).reverse()) {
      this.writer.message(field, () => {
        this.writer.message(2, () => write(value));
        this.writer.text(1, name);
      });
    }
  }

  private path(path: JsonObject): void {
    this.parameters(9, path.parameters);
    for (const [method, field] of METHODS) {
      const operation = path[method];
      if (operation !== undefined) this.writer.message(field, () => this.operation(asObject(operation)));
    }
  }

  private operation(operation: JsonObject): void {
    const { writer } = this;
    this.schemas.writeExtensions(13, operation);
    this.texts(10, operation.schemes);
    writer.message(9, () =>
      this.entries(1, operation.responses, (response) => writer.message(1, () => this.response(asObject(response)))),
    );
    this.parameters(8, operation.parameters);
    this.texts(7, operation.consumes);
    this.texts(6, operation.produces);
    writer.text(5, asText(operation.operationId));
    writer.text(3, asText(operation.description));
    this.texts(1, operation.tags);
  }

  private response(response: JsonObject): void {
    const { schema } = response;
    if (schema !== undefined) this.writer.message(2, () => this.writer.message(1, () => this.schemas.write(asObject(schema))));
    this.writer.text(1, asText(response.description));
  }

  private parameters(field: number, parameters: JsonValue | undefined): void {
    for (const each of reversed(parameters)) {
      const parameter = asObject(each);
      const { $ref } = parameter;
      this.writer.message(field, () =>
        $ref === undefined
          ? this.writer.message(1, () => this.parameter(parameter))
          : this.writer.message(2, () => this.writer.text(1, asText($ref))),
      );
    }
  }

  private parameter(parameter: JsonObject): void {
    const { writer } = this;
    if (parameter.in === 'body') {
      writer.message(1, () => this.bodyParameter(parameter));
      return;
    }
    const inPath = parameter.in === 'path';
    writer.message(2, () =>
      writer.message(inPath ? 4 : 3, () => {
        writer.flag(inPath ? 19 : 20, parameter.uniqueItems === true);
        writer.text(inPath ? 5 : 6, asText(parameter.type));
        writer.text(4, asText(parameter.name));
        writer.text(3, asText(parameter.description));
        writer.text(2, asText(parameter.in));
        writer.flag(1, parameter.required === true);
      }),
    );
  }

  private bodyParameter(parameter: JsonObject): void {
    const { writer } = this;
    writer.message(5, () => this.schemas.write(asObject(parameter.schema)));
    writer.flag(4, parameter.required === true);
    writer.text(3, asText(parameter.in));
    writer.text(2, asText(parameter.name));
  }

  private apiKey(security: JsonObject): void {
    this.writer.text(4, asText(security.description));
    this.writer.text(3, asText(security.in));
    this.writer.text(2, asText(security.name));
    this.writer.text(1, asText(security.type));
  }

  private requirement(requirement: JsonObject): void {
    this.entries(1, requirement, (scopes) => this.texts(1, scopes));
  }

  private texts(field: number, texts: JsonValue | undefined): void {
    for (const text of reversed(texts)) this.writer.element(field, asText(text));
  }
}

function reversed(list: JsonValue | undefined): JsonValue[] {
  return Array.isArray(list) ? [...list].reverse() : [];
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
