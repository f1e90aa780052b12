import type { ResourceRegistry, ServedResource } from '@typekube/api';
import { type DiscoveredResource, discover } from './api-resource';

/** `apidiscovery.k8s.io/v2`: all groups, versions and resources in one document. `core` is what `/api` gives, the other groups are at `/apis`. */
export function aggregatedDiscovery(registry: ResourceRegistry, which: 'core' | 'groups', apiVersion: string): object {
  const groups = registry.groups().filter(({ group }) => (group === '') === (which === 'core'));
  const items = groups.map(({ group, versions }) => ({
    metadata: { ...(group && { name: group }), creationTimestamp: null },
    versions: versions.map((version) => ({
      version,
      resources: registry.resources(group, version).map(resourceDocument),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion, metadata: {}, items };
}

function resourceDocument(served: ServedResource): object {
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
