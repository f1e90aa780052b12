import type { ServedResource } from '@typekube/api';
import { type DiscoveredResource, discover } from './api-resource';
import type { DiscoveredGroup } from './discovered-groups';

/** `apidiscovery.k8s.io/v2`: all groups, versions and resources in one document. `core` is what `/api` gives, the other groups are at `/apis`. */
export function aggregatedDiscovery(all: readonly DiscoveredGroup[], which: 'core' | 'groups', apiVersion: string): object {
  const groups = all.filter(({ group }) => (group === '') === (which === 'core'));
  const items = groups.map(({ group, versions }) => ({
    metadata: { ...(group && { name: group }), creationTimestamp: null },
    versions: versions.map(({ version, resources, isFresh }) => ({ version, resources: resources(), freshness: isFresh ? 'Current' : 'Stale' })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion, metadata: {}, items };
}

export function resourceDocument(served: ServedResource): object {
  const [main, ...subresources] = discover(served);
  const { definition } = served;
  return {
    resource: definition.plural,
    responseKind: main!.kind,
    scope: definition.scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
    singularResource: definition.singular,
    verbs: [...main!.verbs].sort(),
    ...(definition.shortNames.length && { shortNames: definition.shortNames }),
    ...(definition.categories.length && { categories: definition.categories }),
    ...(subresources.length && { subresources: subresources.map(subresourceDocument) }),
  };
}

function subresourceDocument({ subresource, kind, verbs }: DiscoveredResource): object {
  return { subresource, responseKind: kind, verbs: [...verbs].sort() };
}
