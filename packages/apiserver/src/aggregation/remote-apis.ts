import type { Entry } from '../cache/entry';
import { parseObject } from '../cache/entry';
import { followCache } from '../cache/follow-cache';
import type { ResourceCache } from '../cache/resource-cache';
import type { RequestInfo } from '../http/request-info';
import { type APIService, type RemoteApi, remoteApiOf } from './remote-api';

/** The API services that other servers stand behind, in step with the cache. */
export class RemoteApis {
  private readonly byName = new Map<string, RemoteApi>();
  private readonly byPath = new Map<string, RemoteApi>();
  private readonly listeners: ((name: string) => void)[] = [];

  /** Follows the cache from now on. */
  follow(cache: ResourceCache): void {
    followCache(cache, {
      reset: (entries) => {
        const present = [...entries];
        const names = new Set(present.map(({ name }) => name));
        for (const name of [...this.byName.keys()]) if (!names.has(name)) this.set(name, undefined);
        for (const entry of present) this.take(entry);
      },
      changed: ({ type, entry }) => (type === 'DELETED' ? this.set(entry.name, undefined) : this.take(entry)),
    });
  }

  get size(): number {
    return this.byName.size;
  }

  get all(): Iterable<RemoteApi> {
    return this.byName.values();
  }

  get(name: string): RemoteApi | undefined {
    return this.byName.get(name);
  }

  /** The one that a request belongs to: to a resource of its group version, or to the group version itself. */
  find({ isResourceRequest, apiPrefix, apiGroup, apiVersion, path }: RequestInfo): RemoteApi | undefined {
    if (isResourceRequest) return apiPrefix === 'apis' ? this.byPath.get(`${apiGroup}/${apiVersion}`) : undefined;
    const [, prefix, group, version] = path.split('/', 4);
    return prefix === 'apis' && group && version ? this.byPath.get(`${group}/${version}`) : undefined;
  }

  /** Calls back with the name of one that has come, changed or gone, synchronously. */
  onChange(listener: (name: string) => void): void {
    this.listeners.push(listener);
  }

  private take(entry: Entry): void {
    this.set(entry.name, remoteApiOf(parseObject(entry.bytes) as APIService));
  }

  private set(name: string, api: RemoteApi | undefined): void {
    const known = this.byName.get(name);
    if (!known && !api) return;
    if (known) this.byPath.delete(`${known.group}/${known.version}`);
    if (api) {
      this.byName.set(name, api);
      this.byPath.set(`${api.group}/${api.version}`, api);
    } else {
      this.byName.delete(name);
    }
    for (const listener of this.listeners) listener(name);
  }
}
