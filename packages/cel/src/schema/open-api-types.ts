import { isJsonObject } from '@typekube/apimachinery';
import type { TypeProvider } from '../env/environment';
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, INT, listOf, mapOf, objectType, STRING, TIMESTAMP } from '../types/cel-type';
import { escapeName } from './escape';

/** A type with those of the objects within it. */
export interface TypedObject {
  readonly type: CelType;
  readonly types: TypeProvider;
}

type Json = Readonly<Record<string, unknown>>;

const FORMATS: Readonly<Record<string, CelType>> = { byte: BYTES, duration: DURATION, 'date-time': TIMESTAMP, date: TIMESTAMP };

/** The types of a definition among the schemas of an OpenAPI v3 document. Objects are looked into when they are first asked for: they may be cyclic. */
export function openApiTypes(definition: string, schemas: Json): TypedObject {
  const reader = new Reader(schemas);
  const root = schemas[definition];
  return { type: isJsonObject(root) ? reader.typeOf(root, definition) : DYN, types: reader };
}

class Reader implements TypeProvider {
  private readonly objects = new Map<string, Json>();
  private readonly known = new Map<string, ReadonlyMap<string, CelType>>();

  constructor(private readonly schemas: Json) {}

  fields(name: string): ReadonlyMap<string, CelType> | undefined {
    const known = this.known.get(name);
    const schema = this.objects.get(name);
    if (known || !schema) return known;
    const fields = new Map<string, CelType>();
    for (const [property, inner] of Object.entries(isJsonObject(schema['properties']) ? schema['properties'] : {})) {
      const escaped = escapeName(property);
      if (escaped !== undefined && isJsonObject(inner)) fields.set(escaped, this.typeOf(inner, `${name}.${property}`));
    }
    this.known.set(name, fields);
    return fields;
  }

  typeOf(schema: Json, name: string): CelType {
    const reference = referenceOf(schema);
    if (reference !== undefined) {
      const target = this.schemas[reference];
      return isJsonObject(target) ? this.typeOf(target, reference) : DYN;
    }
    if (schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']) return DYN;
    switch (schema['type']) {
      case 'object':
        return this.objectOf(schema, name);
      case 'array':
        return isJsonObject(schema['items']) ? listOf(this.typeOf(schema['items'], `${name}.@idx`)) : DYN;
      case 'string':
        return schema['format'] === 'int-or-string' ? DYN : (FORMATS[String(schema['format'])] ?? STRING);
      case 'boolean':
        return BOOL;
      case 'integer':
        return INT;
      case 'number':
        return DOUBLE;
      default:
        return DYN;
    }
  }

  private objectOf(schema: Json, name: string): CelType {
    const { properties, additionalProperties } = schema;
    if (isJsonObject(additionalProperties)) return mapOf(STRING, this.typeOf(additionalProperties, `${name}.@elem`));
    if (!isJsonObject(properties)) return DYN;
    this.objects.set(name, schema);
    return objectType(name);
  }
}

/** The name of the definition that a schema refers to, itself or within `allOf` where it has a description of its own. */
function referenceOf({ $ref: own, allOf }: Json): string | undefined {
  const first: unknown = Array.isArray(allOf) ? allOf[0] : undefined;
  const reference = own ?? (isJsonObject(first) ? first['$ref'] : undefined);
  return typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : undefined;
}
