import { setTimeout as delay } from 'node:timers/promises';
import { type KeyValue, type Store, StoreError, prefixEnd, type StoreEvent } from '@typekube/storage';
import type { Entry } from './entry';
import type { ResourceCache } from './resource-cache';
import { WaitQueue } from './wait-queue';

/** All keys that the API server owns. */
export const REGISTRY_ROOT = '/registry/';

/**
 * The watch covers keys of others too: in a shared etcd their writes move the revision, and a read that waits for the newest
 * revision would wait for ever if the feed did not see them.
 */
const EVERY_KEY = { start: '\u0000', end: '\uffff' };

/** Pause before a lost watch is set up again. */
const RETRY_MS = 250;
/** How long a cache that is added waits for the feed to come as far as it was read. */
const LOAD_MS = 10_000;
/** Pause before what could not be read is tried again: at first, and when that has not helped for long. */
const HEAL_MS = 5_000;
const MAX_HEAL_MS = 60_000;

export interface FeedOptions {
  readonly store: Store;
  /** Told of a lost watch before it is set up anew. */
  readonly onError: (error: Error) => void;
  /** Told once of each value that cannot be read. */
  readonly onUnreadable: (key: string, error: unknown) => void;
  readonly now?: () => number;
}

/**
 * Carries every change of the store into the caches: one watch over all keys, so that all caches stand at one revision.
 * `revision` is that revision: every change up to it is in the caches.
 */
export class Feed {
  private readonly byPrefix = new Map<string, ResourceCache>();
  /** What happens below a prefix while its new cache is being read. */
  private readonly loading = new Map<string, StoreEvent[]>();
  private readonly waiters = new WaitQueue();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private healing: Promise<void> | undefined;
  private at = 0;
  /** How often everything was read. */
  private loads = 0;

  constructor(private readonly options: FeedOptions) {}

  get revision(): number {
    return this.at;
  }

  add(cache: ResourceCache): void {
    this.byPrefix.set(cache.prefix, cache);
  }

  /**
   * Adds a cache while the feed runs, in place of one of the same prefix, which serves until then. Resolves when the new one stands at the feed's
   * revision. Fails, and leaves all as it was, if the store cannot be read or its watch is behind.
   */
  async addLoaded(cache: ResourceCache): Promise<void> {
    const { prefix } = cache;
    const missed: StoreEvent[] = [];
    this.loading.set(prefix, missed);
    try {
      await this.readBelow(cache);
      // From here on nothing waits, so no event falls between.
      for (const event of missed) this.applyTo(cache, event, this.now());
      this.byPrefix.get(prefix)?.closeListeners();
      this.byPrefix.set(prefix, cache);
    } finally {
      this.loading.delete(prefix);
    }
  }

  /** After a load of everything, what was read before may lack changes that nobody will tell of: it is read again. */
  private async readBelow(cache: ResourceCache): Promise<void> {
    const { signal } = this.stopping;
    for (let loads = -1; loads !== this.loads; ) {
      signal.throwIfAborted();
      loads = this.loads;
      const { kvs, revision } = await this.options.store.range({ start: cache.prefix, end: prefixEnd(cache.prefix) });
      const entries: Entry[] = [];
      for (const pair of kvs) this.guard(cache, pair.key, () => entries.push(cache.format.read(pair)));
      cache.reset(entries, revision);
      if (!(await this.waitFor(revision, LOAD_MS))) throw new Error(`the watch of the store is behind revision ${revision}`);
    }
  }

  /** Forgets a cache; who listens to it is told that it is closed. */
  remove(cache: ResourceCache): void {
    if (this.byPrefix.get(cache.prefix) === cache) this.byPrefix.delete(cache.prefix);
    cache.closeListeners();
  }

  /** Loads everything, then follows the store until `stop`. Resolves when loaded. */
  async start(): Promise<void> {
    await this.load();
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.running, this.healing]);
  }

  /** Resolves to true when the caches have seen `revision`, to false if they have not after `timeoutMs`. */
  waitFor(revision: number, timeoutMs: number): Promise<boolean> | true {
    return this.at >= revision || this.waiters.wait(revision, timeoutMs);
  }

  private async load(): Promise<void> {
    const { kvs, revision } = await this.options.store.range({ start: REGISTRY_ROOT, end: prefixEnd(REGISTRY_ROOT) });
    const loaded = new Map<ResourceCache, Entry[]>();
    for (const cache of this.byPrefix.values()) {
      loaded.set(cache, []);
      cache.unreadable.clear();
    }
    this.loads += 1;
    for (const pair of kvs) this.readInto(loaded, pair);
    for (const [cache, entries] of loaded) cache.reset(entries, revision);
    this.advance(revision);
  }

  private readInto(loaded: Map<ResourceCache, Entry[]>, pair: KeyValue): void {
    const cache = this.cacheOf(pair.key);
    if (cache) this.guard(cache, pair.key, () => loaded.get(cache)!.push(cache.format.read(pair)));
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let mustLoad = false;
    while (!signal.aborted) {
      try {
        if (mustLoad) await this.load();
        mustLoad = false;
        await this.followOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.options.onError(error as Error);
        // After a compaction the changes in between are lost; after other errors the watch goes on where it was.
        mustLoad ||= error instanceof StoreError && error.code === 'compacted';
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async followOnce(signal: AbortSignal): Promise<void> {
    const range = { ...EVERY_KEY, afterRevision: this.at, signal };
    for await (const { events, revision } of this.options.store.watch(range)) {
      const now = this.now();
      for (const event of events) this.apply(event, now);
      this.advance(revision);
    }
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }

  private apply(event: StoreEvent, now: number): void {
    if (this.loading.size) for (const [prefix, missed] of this.loading) if (event.kv.key.startsWith(prefix)) missed.push(event);
    const cache = this.cacheOf(event.kv.key);
    if (cache) this.applyTo(cache, event, now);
  }

  private applyTo(cache: ResourceCache, event: StoreEvent, now: number): void {
    if (event.kv.modRevision > cache.loadedAt) this.guard(cache, event.kv.key, () => cache.apply(event, now));
  }

  /** One unreadable value must not hide what other resources have: it is reported, and reads that it belongs to fail until it can be read. */
  private guard(cache: ResourceCache, key: string, read: () => void): void {
    const { unreadable } = cache;
    try {
      read();
      if (unreadable.size) unreadable.delete(key);
    } catch (error) {
      unreadable.set(key, error);
      cache.closeListeners();
      this.options.onUnreadable(key, error);
      this.healing ??= this.heal();
    }
  }

  /** Tries what cannot be read again from time to time: a key may have come back. Ends when everything can be read. */
  private async heal(): Promise<void> {
    const { signal } = this.stopping;
    for (let pause = HEAL_MS; ; pause = Math.min(2 * pause, MAX_HEAL_MS)) {
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
      const broken = [...this.byPrefix.values()].filter(({ unreadable }) => unreadable.size > 0);
      if (signal.aborted || broken.length === 0) {
        this.healing = undefined;
        return;
      }
      for (const cache of broken) await this.healCache(cache).catch(this.options.onError);
    }
  }

  private async healCache(cache: ResourceCache): Promise<void> {
    const { kvs, revision } = await this.options.store.range({ start: cache.prefix, end: prefixEnd(cache.prefix) });
    // What the cache has taken meanwhile may be newer than what was read: the next time will do.
    if (revision < this.at) return;
    const healed = kvs.flatMap((pair) => (cache.unreadable.has(pair.key) && pair.modRevision <= this.at ? (readIfPossible(cache, pair) ?? []) : []));
    if (healed.length) cache.heal(healed, this.at);
  }

  private advance(revision: number): void {
    if (revision > this.at) this.at = revision;
    this.waiters.reached(this.at);
  }

  /** Prefixes have one segment after the root (`/registry/pods/`) or two (`/registry/services/specs/`). */
  private cacheOf(key: string): ResourceCache | undefined {
    const first = key.indexOf('/', REGISTRY_ROOT.length) + 1;
    const found = this.byPrefix.get(key.slice(0, first));
    if (found) return found;
    const second = key.indexOf('/', first) + 1;
    return second > first ? this.byPrefix.get(key.slice(0, second)) : undefined;
  }
}

/** Undefined for what still cannot be read, which was reported when it was found. */
function readIfPossible({ format }: ResourceCache, pair: KeyValue): Entry | undefined {
  try {
    return format.read(pair);
  } catch {
    return undefined;
  }
}
