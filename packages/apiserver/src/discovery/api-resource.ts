import { createHash } from 'node:crypto';
import type { ResourceDefinition, ServedResource, SubresourceDefinition } from '@typekube/api';

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** One served path as discovery tells of it: a resource, or one of its subresources. */
export interface DiscoveredResource {
  readonly definition: ResourceDefinition;
  readonly version: string;
  /** Empty for the resource itself. */
  readonly subresource: string;
  readonly verbs: readonly string[];
  /** What it takes and gives. */
  readonly kind: GroupVersionKind;
}

/** A resource and its subresources, in the order discovery lists them. */
export function discover({ definition, version: { version } }: ServedResource): DiscoveredResource[] {
  const { group, kind } = definition;
  const own: GroupVersionKind = { group, version, kind };
  const subresources = Object.entries(definition.subresources).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    { definition, version, subresource: '', verbs: definition.verbs, kind: own },
    ...subresources.map(([subresource, rules]): DiscoveredResource => {
      return { definition, version, subresource, verbs: rules.verbs, kind: kindOf(rules, own) };
    }),
  ];
}

function kindOf(rules: SubresourceDefinition, own: GroupVersionKind): GroupVersionKind {
  if (rules.type === 'object') return own;
  if (rules.type === 'scale') return { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return rules.kind;
}

/** An entry of an APIResourceList. */
export function apiResource(resource: DiscoveredResource): object {
  const { definition, version, subresource, verbs, kind } = resource;
  const isForeign = kind.group !== definition.group || kind.version !== version;
  const isMain = subresource === '';
  return {
    name: isMain ? definition.plural : `${definition.plural}/${subresource}`,
    singularName: isMain ? definition.singular : '',
    namespaced: definition.scope === 'Namespaced',
    ...(isForeign && { ...(kind.group && { group: kind.group }), version: kind.version }),
    kind: kind.kind,
    verbs: [...verbs].sort(),
    ...(isMain && definition.shortNames.length && { shortNames: definition.shortNames }),
    ...(isMain && definition.categories.length && { categories: definition.categories }),
    ...(isMain && definition.storagePrefix && { storageVersionHash: storageVersionHash(definition) }),
  };
}

/** Upstream's hash of the stored group, version and kind: clients see by it that the stored form has changed. */
function storageVersionHash({ storageVersion, kind }: ResourceDefinition): string {
  const grouped = storageVersion.includes('/') ? storageVersion : `/${storageVersion}`;
  return createHash('sha256').update(`${grouped}/${kind}`).digest().subarray(0, 8).toString('base64');
}
