import { type GroupKind, qualifiedKind } from '@typekube/apimachinery';
import type { ResourceRef } from './resource-ref';
import type { ApiResource, ApiSurface } from './api-resource';
import type { DiscoveryClient } from './discovery-client';

/** No served resource has the kind (meta.NoKindMatchError). */
export class NoKindMatch extends Error {
  override readonly name = 'NoKindMatch';

  constructor(kind: GroupKind, version: string | undefined) {
    const where = version ? `${kind.group ? `${kind.group}/` : ''}${version}` : undefined;
    super(where ? `no matches for kind "${kind.kind}" in version "${where}"` : `no matches for kind "${qualifiedKind(kind)}"`);
  }
}

/** Finds the resource of a kind, as upstream's RESTMapper. An unknown kind makes it ask the server once more. */
export class RestMapper {
  constructor(private readonly discovery: DiscoveryClient) {}

  /**
   * The resource whose objects are of the kind; without a version that of the group's preferred one.
   *
   * @throws NoKindMatch
   */
  async resourceOf(kind: GroupKind, version?: string): Promise<ResourceRef> {
    const found = findKind(await this.discovery.get(), kind, version) ?? findKind(await this.refreshed(), kind, version);
    if (!found) throw new NoKindMatch(kind, version);
    return { group: found.group, version: found.version, resource: found.name, kind: found.kind, namespaced: found.namespaced };
  }

  private refreshed(): Promise<ApiSurface> {
    this.discovery.invalidate();
    return this.discovery.get();
  }
}

/** Resources stand in the order of preference of their versions. */
function findKind({ resources }: ApiSurface, kind: GroupKind, version: string | undefined): ApiResource | undefined {
  return resources.find(
    (r) => r.kind === kind.kind && r.group === kind.group && (!version || r.version === version) && !r.name.includes('/'),
  );
}
