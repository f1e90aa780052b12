import type { ResourceDefinition, ResourceRegistry, ServedResource } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { ConversionWebhooks } from '../apiextensions/conversion/conversion-webhooks';
import { CustomEntryFormat } from '../cache/custom-entry';
import { EntryFormat } from '../cache/entry';
import type { Feed } from '../cache/feed';
import { ResourceCache } from '../cache/resource-cache';
import { Endpoint, Resource } from './resource';

/** The resources and endpoints of a registry, each made once. Resources with the same storage (both kinds of events) share a cache. */
export class Endpoints {
  private readonly caches = new Map<string, ResourceCache>();
  private readonly resources = new Map<ResourceDefinition, Resource>();
  private readonly byServed = new WeakMap<ServedResource, Endpoint>();

  constructor(
    private readonly registry: ResourceRegistry,
    private readonly feed: Feed,
    definitions: readonly ResourceDefinition[],
    private readonly webhooks: ConversionWebhooks,
  ) {
    for (const definition of definitions) if (definition.storagePrefix) this.resourceOf(definition);
  }

  /** Undefined if nothing of that name is served. */
  find(group: string, version: string, plural: string): ServedResource | undefined {
    return this.registry.byResource(group, version, plural);
  }

  /** The endpoint of a stored resource. */
  endpoint(served: ServedResource): Endpoint {
    let endpoint = this.byServed.get(served);
    if (!endpoint) {
      const { definition } = served;
      // What a custom resource has of its own in this version is a definition of its own; the cache is that of all versions.
      const resource = definition.custom ? new Resource(definition, this.cacheOf(definition), this.webhooks) : this.resourceOf(definition);
      endpoint = new Endpoint(served, resource, this.webhooks);
      this.byServed.set(served, endpoint);
    }
    return endpoint;
  }

  /** A built-in resource by name; it must exist. */
  resource(group: string, plural: string): Resource {
    const definition = this.registry.definition(group, plural);
    if (!definition) throw new Error(`no resource ${plural} in group "${group}"`);
    return this.resourceOf(definition);
  }

  /** The definitions of a kind that are served; several resources may have one kind. */
  ofKind(group: string, kind: string): ResourceDefinition[] {
    return this.registry.served().filter((definition) => definition.group === group && definition.kind === kind);
  }

  /** Serves a custom resource from now on. Its cache is read anew where objects are kept in another form than by `former`, which it replaces. */
  async addCustom(definition: ResourceDefinition, former: ResourceDefinition | undefined): Promise<void> {
    const prefix = `${definition.storagePrefix ?? definition.plural}/`;
    const known = this.caches.get(prefix);
    const isKept = known !== undefined && former !== undefined && former.custom?.storedAs === definition.custom?.storedAs;
    const cache = isKept ? known : new ResourceCache(prefix, formatOf(definition));
    if (!isKept) await this.feed.addLoaded(cache);
    this.caches.set(prefix, cache);
    if (former) this.resources.delete(former);
    this.resources.set(definition, new Resource(definition, cache, this.webhooks));
    this.registry.add(definition);
  }

  removeCustom(definition: ResourceDefinition): void {
    this.registry.remove(definition.group, definition.plural);
    const cache = this.resources.get(definition)?.cache;
    this.resources.delete(definition);
    if (!cache) return;
    this.caches.delete(cache.prefix);
    this.feed.remove(cache);
  }

  get all(): Iterable<Resource> {
    return this.resources.values();
  }

  private resourceOf(definition: ResourceDefinition): Resource {
    let resource = this.resources.get(definition);
    if (!resource) {
      resource = new Resource(definition, this.cacheOf(definition), this.webhooks);
      this.resources.set(definition, resource);
    }
    return resource;
  }

  private cacheOf(definition: ResourceDefinition): ResourceCache {
    if (!definition.storagePrefix) throw new Error(`${definition.plural} is not stored`);
    const prefix = `${definition.storagePrefix}/`;
    let cache = this.caches.get(prefix);
    if (!cache) {
      cache = new ResourceCache(prefix, formatOf(definition));
      this.caches.set(prefix, cache);
      this.feed.add(cache);
    }
    return cache;
  }
}

function formatOf({ custom, kind, storageVersion, selectableFields }: ResourceDefinition<KubeObject>): EntryFormat {
  if (custom) return new CustomEntryFormat({ kind, apiVersion: storageVersion, selectableFields, storage: custom });
  return new EntryFormat(kind, storageVersion, selectableFields);
}
