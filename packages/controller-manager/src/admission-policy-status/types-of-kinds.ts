import { isJsonObject } from '@typekube/apimachinery';
import type { ControllerDeps } from '../shared/controller-deps';
import { MAX_KINDS, type NamedResource, type TypedKind } from './plan-status';

type Client = Pick<ControllerDeps['client'], 'discovery' | 'transport'>;
type Json = Readonly<Record<string, unknown>>;

/** The kinds of resources with their types, as discovery and the server's OpenAPI documents have them; without those that it does not know. */
export async function typesOfKinds(resources: readonly NamedResource[], client: Client, signal: AbortSignal): Promise<TypedKind[]> {
  const { openApiTypes } = require('@typekube/cel') as typeof import('@typekube/cel');
  const kinds: TypedKind[] = [];
  for (const resource of resources.slice(0, MAX_KINDS)) {
    const { group, version } = resource;
    const kind = await kindOf(resource, client);
    const schemas = kind === undefined ? undefined : await schemasOf(resource, client, signal);
    const definition = schemas && Object.keys(schemas).find((name) => isOfKind(schemas[name], { group, version, kind }));
    if (kind !== undefined && schemas && definition !== undefined) kinds.push({ group, version, kind, object: openApiTypes(definition, schemas) });
  }
  return kinds;
}

async function kindOf({ group, version, resource }: NamedResource, { discovery }: Client): Promise<string | undefined> {
  const find = async (): Promise<string | undefined> => {
    const { resources } = await discovery.get();
    return resources.find((each) => each.group === group && each.version === version && each.name === resource)?.kind;
  };
  const known = await find();
  if (known !== undefined) return known;
  // It may have come since discovery was last read.
  discovery.invalidate();
  return find();
}

async function schemasOf({ group, version }: NamedResource, { transport }: Client, signal: AbortSignal): Promise<Json | undefined> {
  const path = group ? `/openapi/v3/apis/${group}/${version}` : `/openapi/v3/api/${version}`;
  const document: unknown = await transport.json({ method: 'GET', path, signal });
  const components = isJsonObject(document) ? document['components'] : undefined;
  const schemas = isJsonObject(components) ? components['schemas'] : undefined;
  return isJsonObject(schemas) ? schemas : undefined;
}

function isOfKind(schema: unknown, wanted: { readonly group: string; readonly version: string; readonly kind: string | undefined }): boolean {
  const kinds = isJsonObject(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
  const isWanted = (each: unknown): boolean =>
    isJsonObject(each) && each['group'] === wanted.group && each['version'] === wanted.version && each['kind'] === wanted.kind;
  return Array.isArray(kinds) && kinds.some(isWanted);
}
