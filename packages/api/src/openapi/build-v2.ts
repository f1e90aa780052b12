import type { ResourceDefinition } from '../registry/resource-definition';
import { operationsOf, type OpenAPIInfo } from './build-v3';
import type { JsonObject } from './json';
import { JSON_MEDIA_TYPES } from './media-types';
import { groupByPath, REASONS, type Operation, type PathGroup } from './operation';
import { ParameterCatalog } from './parameters';
import { reference, SchemaWriter } from './schemas';
import { SharedParameters } from './shared-parameters';

/**
 * The OpenAPI v2 document of everything that is served, as `/openapi/v2` gives it.
 *
 * @param definitions with the versions that are to be shown.
 */
export function buildOpenAPIv2(definitions: readonly ResourceDefinition[], info: OpenAPIInfo): JsonObject {
  const means = { mediaTypes: info.mediaTypes ?? JSON_MEDIA_TYPES, parameters: new ParameterCatalog() };
  const operations = documentPaths(definitions).flatMap((path) => operationsOf(path, definitions, means));
  const parameters = new SharedParameters();
  const paths = Object.fromEntries(groupByPath(operations).map((group) => [group.path, writePath(group, parameters)]));
  const schemas = operations.flatMap(({ answer, body }) => [answer, body?.schema].filter((name) => name !== undefined));
  return {
    swagger: '2.0',
    info: { title: info.title, version: info.version },
    paths,
    definitions: new SchemaWriter(2, definitions).writeAll(new Set(schemas)),
    parameters: parameters.write(),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  };
}

/**
 * The documents of `/openapi/v3` that these definitions make, without a leading slash, sorted: `api`, `api/v1`, `apis`,
 * `apis/apps`, …
 */
export function documentPaths(definitions: readonly ResourceDefinition[]): string[] {
  const paths = definitions.flatMap(({ group, versions }) =>
    group === ''
      ? ['api', ...versions.map(({ version }) => `api/${version}`)]
      : ['apis', `apis/${group}`, ...versions.map(({ version }) => `apis/${group}/${version}`)],
  );
  return [...new Set([...paths, 'version'])].sort();
}

function writePath({ operations, shared }: PathGroup, parameters: SharedParameters): JsonObject {
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.method, writeOperation(operation, parameters)])),
    ...(shared.length > 0 ? { parameters: shared.map((each) => parameters.parameter(each)) } : {}),
  };
}

function writeOperation(operation: Operation, shared: SharedParameters): JsonObject {
  const { action, answer, body, codes, consumes, kind, produces } = operation;
  const schema = answer === undefined ? { type: 'string' } : reference(answer, 2);
  const responses = codes.map((code) => [String(code), { description: REASONS[code] ?? '', schema }] as const);
  const parameters = [
    ...(body === undefined ? [] : [shared.body(body)]),
    ...operation.parameters.map((each) => shared.parameter(each)),
  ];
  return {
    consumes: [...consumes],
    produces: [...produces],
    schemes: ['https'],
    tags: [operation.tag],
    description: operation.description,
    operationId: operation.id,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: { ...Object.fromEntries(responses), 401: { description: 'Unauthorized' } },
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(kind === undefined ? {} : { 'x-kubernetes-group-version-kind': { ...kind } }),
  };
}
