import type { ResourceRegistry, ServedGroup, ServedResource } from '@typekube/api';
import { apiResource, discover } from './api-resource';

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
export function apiGroupList(registry: ResourceRegistry): object {
  const groups = registry.groups().filter(({ group }) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupDocument) };
}

/** `/apis/GROUP` */
export function apiGroup(registry: ResourceRegistry, name: string): object | undefined {
  const found = registry.groups().find(({ group }) => group === name && name !== '');
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(found) };
}

/** `/api/v1` and `/apis/GROUP/VERSION` */
export function apiResourceList(registry: ResourceRegistry, group: string, version: string): object | undefined {
  const served: ServedResource[] = registry.resources(group, version);
  if (!served.length) return undefined;
  const resources = served.flatMap(discover).map(apiResource);
  return { kind: 'APIResourceList', ...(group && { apiVersion: 'v1' }), groupVersion: groupVersion(group, version), resources };
}

function groupDocument({ group, versions, preferredVersion }: ServedGroup): object {
  const describe = (version: string): object => ({ groupVersion: groupVersion(group, version), version });
  return { name: group, versions: versions.map(describe), preferredVersion: describe(preferredVersion) };
}

function groupVersion(group: string, version: string): string {
  return group ? `${group}/${version}` : version;
}
