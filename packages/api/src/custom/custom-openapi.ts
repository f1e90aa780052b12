import { createHash } from 'node:crypto';
import { isJsonObject } from '@typekube/apimachinery';
import type { JsonObject, JsonValue } from '../openapi/json';
import type { apiextensionsv1 } from '../types';

type Dialect = 2 | 3;

/** How a custom resource shows in OpenAPI documents. */
export interface CustomOpenAPI {
  /** Names the content. */
  readonly hash: string;
  /** The definitions of the object and of its list, by what follows the schema's name. */
  write(dialect: Dialect): { readonly object: JsonObject; readonly list: JsonObject };
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const PREFIX: Readonly<Record<Dialect, string>> = { 2: '#/definitions/', 3: '#/components/schemas/' };

const KIND =
  'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds';
const API_VERSION =
  'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources';
const METADATA =
  "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";
const LIST_METADATA =
  'Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds';

const TYPE_PROPERTIES: JsonObject = {
  apiVersion: { description: API_VERSION, type: 'string' },
  kind: { description: KIND, type: 'string' },
};

export function customOpenAPI(
  { group, scope, names }: apiextensionsv1.CustomResourceDefinitionSpec,
  version: apiextensionsv1.CustomResourceDefinitionVersion,
): CustomOpenAPI {
  const kind = { group, kind: names.kind, version: version.name };
  const listKind = names.listKind ?? `${names.kind}List`;
  const name = `${group.split('.').reverse().join('.')}.${version.name}.${names.kind}`;
  const schema = version.schema?.openAPIV3Schema ?? {};
  const text = JSON.stringify([kind, listKind, scope, schema, version.subresources]);
  return {
    hash: createHash('sha256').update(text).digest('hex'),
    write: (dialect) => ({
      object: { ...writeObject(schema, dialect), 'x-kubernetes-group-version-kind': [kind] },
      list: {
        description: `${listKind} is a list of ${names.kind}`,
        type: 'object',
        required: ['items'],
        properties: {
          ...TYPE_PROPERTIES,
          items: {
            description: `List of ${names.plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`,
            type: 'array',
            items: { $ref: PREFIX[dialect] + name },
          },
          metadata: referTo(`${META}.ListMeta`, LIST_METADATA, dialect),
        },
        'x-kubernetes-group-version-kind': [{ ...kind, kind: listKind }],
      },
    }),
  };
}

/** Clients of version 2 would take fields for unknown where an object of known fields may have others: there, nothing of it is told. */
function writeObject(schema: apiextensionsv1.JSONSchemaProps, dialect: Dialect): JsonObject {
  if (dialect === 2 && schema['x-kubernetes-preserve-unknown-fields']) return { type: 'object' };
  const written = writeSchema(toJson(schema), dialect);
  const properties = isJsonValueObject(written['properties']) ? written['properties'] : {};
  return { ...written, properties: { ...properties, ...TYPE_PROPERTIES, metadata: referTo(`${META}.ObjectMeta`, METADATA, dialect) } };
}

/** Version 3 bears a description beside a reference only within `allOf`. */
function referTo(name: string, description: string, dialect: Dialect): JsonObject {
  const reference = { $ref: PREFIX[dialect] + name };
  return dialect === 2 ? { description, ...reference } : { description, allOf: [reference], default: {} };
}

function toJson(schema: apiextensionsv1.JSONSchemaProps): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}

/** What version 2 cannot say of a schema is left out (apiextensions' openapi/v2 ToStructuralOpenAPIV2). */
const ONLY_V3: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'nullable', 'default', 'example', 'x-kubernetes-validations']);

function writeSchema(schema: JsonObject, dialect: Dialect): JsonObject {
  if (dialect === 3) return schema;
  if (schema['x-kubernetes-int-or-string']) return { ...pick(schema, ['description']), 'x-kubernetes-int-or-string': true };
  if (schema['nullable']) return pick(schema, ['description']);
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (preserves && schema['type'] !== 'object') return pick(schema, ['description', 'x-kubernetes-preserve-unknown-fields']);
  const entries = Object.entries(schema).filter(([key]) => !ONLY_V3.has(key) && !(preserves && key === 'properties'));
  return Object.fromEntries(entries.map(([key, value]) => [key, writePart(key, value)]));
}

function writePart(key: string, value: JsonValue): JsonValue {
  if ((key === 'items' || key === 'additionalProperties') && isJsonValueObject(value)) return writeSchema(value, 2);
  if (key !== 'properties' || !isJsonValueObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, isJsonValueObject(property) ? writeSchema(property, 2) : property]));
}

function pick(schema: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => keys.includes(key)));
}

function isJsonValueObject(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value);
}
