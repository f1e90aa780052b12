import type { ResourceDefinition } from '../registry/resource-definition';
import { discoveryOperations } from './discovery-operations';
import type { JsonObject } from './json';
import { JSON_MEDIA_TYPES, type MediaTypes } from './media-types';
import { groupByPath, REASONS, type Operation, type Parameter, type PathGroup } from './operation';
import { ParameterCatalog } from './parameters';
import { resourceOperations, type DocumentMeans } from './resource-operations';
import { reference, SchemaWriter } from './schemas';

export interface OpenAPIInfo {
  /** `Kubernetes` */
  readonly title: string;
  /** `v1.36.0` */
  readonly version: string;
  /** What the server reads and writes. Default: JSON and YAML. */
  readonly mediaTypes?: MediaTypes;
}

/** What this version of the API calls itself. */
export const OPENAPI_INFO: OpenAPIInfo = { title: 'Kubernetes', version: 'v1.36.0' };

/**
 * The OpenAPI v3 document of one path of `/openapi/v3`: of a group and version (`api/v1`, `apis/apps/v1`) with the operations of
 * its resources and every schema they need, or of what lies above (`api`, `apis`, `apis/apps`, `version`), which has no
 * resources.
 *
 * @param definitions all resources; those not served in this version are passed over.
 */
export function buildOpenAPIv3(path: string, definitions: readonly ResourceDefinition[], info: OpenAPIInfo): JsonObject {
  const means = { mediaTypes: info.mediaTypes ?? JSON_MEDIA_TYPES, parameters: new ParameterCatalog() };
  const operations = operationsOf(path, definitions, means);
  const { components, paths } = writeOperations(operations, definitions);
  return {
    openapi: '3.0.0',
    info: { title: info.title, version: info.version },
    paths,
    components: {
      ...(Object.keys(components).length > 0 ? { schemas: components } : {}),
      securitySchemes: {
        BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
      },
    },
    security: [{ BearerToken: [] }],
  };
}

/** The operations below a path such as `apis/apps/v1`. */
export function operationsOf(path: string, definitions: readonly ResourceDefinition[], means: DocumentMeans): Operation[] {
  const resources = definitions.flatMap((definition) =>
    definition.versions
      .filter(({ version }) => path === (definition.group === '' ? `api/${version}` : `apis/${definition.group}/${version}`))
      .flatMap((served) => resourceOperations(definition, served, means)),
  );
  return [...discoveryOperations(path, means.mediaTypes), ...resources];
}

function writeOperations(operations: readonly Operation[], definitions: readonly ResourceDefinition[]): { components: JsonObject; paths: JsonObject } {
  const schemas = operations.flatMap(({ answer, body }) => [answer, body?.schema].filter((name) => name !== undefined));
  const components = new SchemaWriter(3, definitions).writeAll(new Set(schemas));
  return { components, paths: Object.fromEntries(groupByPath(operations).map((group) => [group.path, writePath(group)])) };
}

function writePath({ operations, shared }: PathGroup): JsonObject {
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.method, writeOperation(operation)])),
    ...(shared.length > 0 ? { parameters: shared.map(writeParameter) } : {}),
  };
}

function writeOperation(operation: Operation): JsonObject {
  const { action, answer, body, codes, consumes, kind, parameters, produces } = operation;
  const schema = answer === undefined ? { type: 'string' } : reference(answer, 3);
  const content = Object.fromEntries(produces.map((mediaType) => [mediaType, { schema }]));
  const responses = codes.map((code) => [String(code), { description: REASONS[code] ?? '', content }] as const);
  return {
    tags: [operation.tag],
    description: operation.description,
    operationId: operation.id,
    ...(parameters.length > 0 ? { parameters: parameters.map(writeParameter) } : {}),
    ...(body === undefined ? {} : { requestBody: writeBody(body, consumes) }),
    responses: { ...Object.fromEntries(responses), 401: { description: 'Unauthorized' } },
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(kind === undefined ? {} : { 'x-kubernetes-group-version-kind': { ...kind } }),
  };
}

function writeBody({ required, schema }: NonNullable<Operation['body']>, consumes: readonly string[]): JsonObject {
  const content = Object.fromEntries(consumes.map((mediaType) => [mediaType, { schema: reference(schema, 3) }]));
  return { content, ...(required ? { required } : {}) };
}

function writeParameter(parameter: Parameter): JsonObject {
  return {
    name: parameter.name,
    in: parameter.in,
    description: parameter.description,
    ...(parameter.in === 'path' ? { required: true } : {}),
    schema: { type: parameter.type, uniqueItems: true },
  };
}
