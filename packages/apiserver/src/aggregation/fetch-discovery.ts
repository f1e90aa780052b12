import { isJsonObject } from '@typekube/apimachinery';
import type { OutboundAnswer } from '../http/outbound';
import { pathOfApi, type RemoteApi } from './remote-api';

/** A resource as aggregated discovery tells of it. */
export type DiscoveredDocument = Readonly<Record<string, unknown>>;

export type Ask = (path: string, accept: string) => Promise<OutboundAnswer>;

const AGGREGATED = ['v2', 'v2beta1'].map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`).join(',');

/** What an extension API server serves in a group version. Rejects where it does not say; none, where it says nothing of that one. */
export async function fetchDiscovery(api: RemoteApi, ask: Ask): Promise<readonly DiscoveredDocument[]> {
  const answer = await ask('/apis', AGGREGATED);
  const isAggregated = answer.status === 200 && String(answer.headers['content-type']).includes('as=APIGroupDiscoveryList');
  if (isAggregated) return resourcesOf(parse(answer), api);
  const path = pathOfApi(api);
  const older = await ask(path, 'application/json');
  if (older.status !== 200) throw new Error(`failed to download discovery for ${path}: ${older.status}`);
  return fromResourceList(parse(older), api);
}

function parse({ body }: OutboundAnswer): Record<string, unknown> {
  const value: unknown = JSON.parse(body);
  if (!isJsonObject(value)) throw new Error('the discovery document is no object');
  return value;
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function resourcesOf({ items }: Record<string, unknown>, { group, version }: RemoteApi): DiscoveredDocument[] {
  const found = objectsIn(items).find(({ metadata }) => isJsonObject(metadata) && metadata['name'] === group);
  const inVersion = objectsIn(found?.['versions']).find((each) => each['version'] === version);
  return objectsIn(inVersion?.['resources']);
}

/** What servers said before there was aggregated discovery, in its form: subresources stand with their resource. */
export function fromResourceList({ resources }: Record<string, unknown>, { group, version }: Pick<RemoteApi, 'group' | 'version'>): DiscoveredDocument[] {
  const all = objectsIn(resources).map((each) => ({ ...each, name: String(each['name'] ?? '') }) as Record<string, unknown> & { name: string });
  const kindOf = (each: Record<string, unknown>): object => ({ group: each['group'] ?? group, version: each['version'] ?? version, kind: each['kind'] });
  const main = all.filter(({ name }) => !name.includes('/'));
  return main.map((each) => {
    const subresources = all.filter(({ name }) => name.startsWith(`${each.name}/`));
    return {
      resource: each.name,
      responseKind: kindOf(each),
      scope: each['namespaced'] ? 'Namespaced' : 'Cluster',
      singularResource: each['singularName'] ?? '',
      verbs: each['verbs'] ?? [],
      ...(each['shortNames'] !== undefined && { shortNames: each['shortNames'] }),
      ...(each['categories'] !== undefined && { categories: each['categories'] }),
      ...(subresources.length && {
        subresources: subresources.map((sub) => ({ subresource: sub.name.slice(each.name.length + 1), responseKind: kindOf(sub), verbs: sub['verbs'] ?? [] })),
      }),
    };
  });
}
