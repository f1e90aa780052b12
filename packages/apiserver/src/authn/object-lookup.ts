import type { KubeObject } from '@typekube/apimachinery';
import { type Entry, parseObject } from '../cache/entry';
import type { ServerCore } from '../handlers/core';
import type { Eventually } from './authenticator';

/** What tokens hang on: core resources, which are always there. */
export type LookedUp = 'serviceaccounts' | 'secrets' | 'pods' | 'nodes';

export interface ObjectState {
  readonly uid: string;
  /** When it is to be gone, in milliseconds since 1970; undefined for what is not being deleted. */
  readonly deletion: number | undefined;
}

/** Reads objects from the server's own caches, and from the store where a cache may not have them yet. */
export class ObjectLookup {
  private readonly states = new WeakMap<Entry, ObjectState>();

  constructor(private readonly core: () => Pick<ServerCore, 'endpoints' | 'store'>) {}

  /** Its identity; undefined if there is none. Sees every acknowledged write where the cached one has another uid than `uid`. */
  state(plural: LookedUp, namespace: string, name: string, uid: string | undefined): Eventually<ObjectState | undefined> {
    const { key, entry } = this.cached(plural, namespace, name);
    const state = entry && this.stateOf(entry);
    if (state && state.uid === uid) return state;
    return this.read(key).then((object) => object && readState(object));
  }

  /** The cached object, or if there is none the stored one. A fresh copy. */
  object(plural: LookedUp, namespace: string, name: string): Eventually<KubeObject | undefined> {
    const { key, entry } = this.cached(plural, namespace, name);
    return entry ? parseObject(entry.bytes) : this.read(key);
  }

  private cached(plural: LookedUp, namespace: string, name: string): { key: string; entry: Entry | undefined } {
    const resource = this.core().endpoints.resource('', plural);
    const key = resource.key(namespace, name);
    return { key, entry: resource.cache.get(key) };
  }

  private async read(key: string): Promise<KubeObject | undefined> {
    const { kv } = await this.core().store.get(key);
    return kv && parseObject(kv.value);
  }

  /** An entry never changes, so that it is parsed once however many requests come with its tokens. */
  private stateOf(entry: Entry): ObjectState {
    let state = this.states.get(entry);
    if (!state) this.states.set(entry, (state = readState(parseObject(entry.bytes))));
    return state;
  }
}

function readState({ metadata: { uid = '', deletionTimestamp } }: KubeObject): ObjectState {
  return { uid, deletion: deletionTimestamp === undefined ? undefined : Date.parse(deletionTimestamp) };
}
