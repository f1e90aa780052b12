import { type DeleteOptions, hasReason, type KubeObject } from '@typekube/apimachinery';
import type { ServedVersion } from '@typekube/api';
import { type Entry, parseObject } from '../cache/entry';
import type { UserInfo } from '../chain/request-context';
import type { ServerCore } from '../handlers/core';
import { type FieldWrite, trackUpdate } from '../managed-fields/track-update';
import { trackedKind, type TrackedKind } from '../managed-fields/tracked-kind';
import { create } from '../registry/create';
import { deleteObject } from '../registry/delete';
import type { Resource } from '../registry/resource';
import { update } from '../registry/update';
import type { WriteRequest } from '../registry/write-context';

/** The API server itself, as upstream's loopback client. */
const SYSTEM_USER: UserInfo = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/**
 * How the server writes its own objects: with the rules, the admission and the side effects of any other write, but without HTTP.
 * Reads come from the caches and may be a little old; writes decide anew on the newest state.
 */
export class SystemClient {
  constructor(private readonly core: () => Pick<ServerCore, 'endpoints' | 'writes'>) {}

  /** Undefined if there is none. */
  get<T extends KubeObject>(resource: ResourceName, namespace: string, name: string): T | undefined {
    const { cache, key } = this.at(resource, namespace, name);
    const entry = cache.get(key);
    return entry && (parseObject(entry.bytes) as T);
  }

  /** The newest state, from the store. */
  async read<T extends KubeObject>(resource: ResourceName, namespace: string, name: string): Promise<T | undefined> {
    const { cache, key } = this.at(resource, namespace, name);
    const { kv } = await this.core().writes.store.get(key);
    return kv && (parseObject(cache.format.read(kv).bytes) as T);
  }

  list<T extends KubeObject>({ group, plural }: ResourceName): T[] {
    const { cache } = this.core().endpoints.resource(group, plural);
    return [...cache.entries.values()].map(({ bytes }) => parseObject(bytes) as T);
  }

  /** Fails with AlreadyExists if there is one of that name. Returns the revision of the write. */
  async create(resource: ResourceName, object: KubeObject): Promise<number> {
    const target = this.resource(resource);
    storageVersion(target).setDefaults?.(object);
    const request = this.request(target, object.metadata);
    trackUpdate(kindOf(target, ''), undefined, object, writeOf(request));
    const { revision } = await create(request, object, this.core().writes);
    return revision;
  }

  /** Creates the object if the caches have none of that name. Returns the revision, or undefined if somebody has created it already. */
  async ensure(resource: ResourceName, object: KubeObject): Promise<number | undefined> {
    const { namespace = '', name = '' } = object.metadata;
    const { cache, key } = this.at(resource, namespace, name);
    if (cache.get(key)) return undefined;
    try {
      return await this.create(resource, object);
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) return undefined;
      throw error;
    }
  }

  /** Changes the newest state in place; `change` may run several times. Fails with NotFound. */
  async update<T extends KubeObject>(
    resource: ResourceName,
    metadata: KubeObject['metadata'],
    change: (object: T) => void,
    subresource = '',
  ): Promise<Entry> {
    const target = this.resource(resource);
    const request = this.request(target, metadata, subresource);
    const apply = (current: KubeObject | undefined, live: KubeObject | undefined): KubeObject => {
      const object = current as T;
      change(object);
      storageVersion(target).setDefaults?.(object);
      trackUpdate(kindOf(target, subresource), live, object, writeOf(request));
      return object;
    };
    const { entry } = await update(request, { apply }, this.core().writes);
    return entry;
  }

  /** What is gone already counts as deleted. */
  async delete(resource: ResourceName, namespace: string, name: string, options: DeleteOptions = {}): Promise<void> {
    try {
      await deleteObject(this.request(this.resource(resource), { namespace, name }), options, this.core().writes);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }

  private resource({ group, plural }: ResourceName): Resource {
    return this.core().endpoints.resource(group, plural);
  }

  private at(name: ResourceName, namespace: string, object: string): { cache: Resource['cache']; key: string } {
    const resource = this.resource(name);
    return { cache: resource.cache, key: resource.key(namespace, object) };
  }

  private request(resource: Resource, { namespace = '', name = '' }: KubeObject['metadata'], subresource = ''): WriteRequest {
    const { definition } = resource;
    const part = definition.subresources[subresource];
    const strategy = part?.type === 'object' ? part.strategy : definition.strategy;
    return {
      resource,
      version: storageVersion(resource).version,
      strategy,
      subresource,
      verb: 'update',
      namespace,
      name,
      user: SYSTEM_USER,
      now: new Date(),
      dryRun: false,
      options: () => undefined,
      warn: () => undefined,
      annotate: () => undefined,
      waited: () => undefined,
      checkTime: () => undefined,
    };
  }
}

/** As upstream's user agent names it. */
const MANAGER = 'kube-apiserver';

function writeOf({ now }: WriteRequest): FieldWrite {
  return { manager: MANAGER, now };
}

function kindOf(resource: Resource, subresource: string): TrackedKind {
  return trackedKind(resource.definition, storageVersion(resource), subresource);
}

function storageVersion({ definition }: Resource): ServedVersion {
  const name = definition.storageVersion.slice(definition.storageVersion.indexOf('/') + 1);
  const version = definition.versions.find((served) => served.version === name);
  if (!version) throw new Error(`${definition.plural} has no version ${name}`);
  return version;
}
