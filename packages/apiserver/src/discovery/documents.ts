import type { ResourceRegistry, ServedResource } from '@typekube/api';
import { apiResource, discover } from './api-resource';
import type { DiscoveredGroup } from './discovered-groups';

/** The documents of discovery before 1.26, which every client still understands. Each is undefined for what is not served. */

/** `/api` */
export function apiVersions(serverAddress: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `/apis` */
export function apiGroupList(groups: readonly DiscoveredGroup[]): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.filter(({ group }) => group !== '').map(groupDocument) };
}

/** `/apis/GROUP` */
export function apiGroup(groups: readonly DiscoveredGroup[], name: string): object | undefined {
  const found = groups.find(({ group }) => group === name && name !== '');
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(found) };
}

/** `/api/v1` and `/apis/GROUP/VERSION` */
export function apiResourceList(registry: ResourceRegistry, group: string, version: string): object | undefined {
  const served: ServedResource[] = registry.resources(group, version);
  if (!served.length) return undefined;
  const resources = served.flatMap(discover).map(apiResource);
  return { kind: 'APIResourceList', ...(group && { apiVersion: 'v1' }), groupVersion: groupVersion(group, version), resources };
}

/** The version that stands first is the preferred one. */
function groupDocument({ group, versions }: DiscoveredGroup): object {
  const all = versions.map(({ version }) => ({ groupVersion: groupVersion(group, version), version }));
  return { name: group, versions: all, preferredVersion: all[0] };
}

function groupVersion(group: string, version: string): string {
  return group ? `${group}/${version}` : version;
}
