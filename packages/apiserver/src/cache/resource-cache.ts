import { prefixEnd, type StoreEvent } from '@typekube/storage';
import BTree from 'sorted-btree';
import type { Entry, EntryFormat } from './entry';
import { type CacheEvent, EventRing } from './event-ring';
import { SnapshotShelf } from './snapshot-shelf';
import { takeWritten } from './written-objects';

export type EntryTree = BTree<string, Entry>;

/** Takes the events of a resource in order. `closed` comes once, when the cache can no longer promise completeness. */
export interface CacheListener {
  event(event: CacheEvent): void;
  closed(): void;
}

/**
 * All objects of one resource as of the feed's revision, in key order, and their recent changes. Only the feed writes to it.
 */
export class ResourceCache {
  readonly snapshots = new SnapshotShelf();
  /** What is stored but cannot be read, such as what was encrypted with a key that is lost: the reason by its key. */
  readonly unreadable = new Map<string, unknown>();
  /** Changes up to this revision are in what was loaded: the feed may tell of them later. */
  loadedAt = 0;
  private tree: EntryTree = newTree();
  private ring = new EventRing(0);
  /** What was last asked of `entriesUnder`; held weakly, as a list may be long. */
  private lastEntries: WeakRef<{ readonly prefix: string; readonly entries: readonly Entry[] }> | undefined;
  private readonly listeners = new Set<CacheListener>();
  /** Events taken and times loaded since the start, for metrics. */
  readonly counts = { events: 0, loads: 0 };

  constructor(
    /** The key prefix with a trailing slash: `/registry/pods/`. */
    readonly prefix: string,
    readonly format: EntryFormat,
  ) {}

  get size(): number {
    return this.tree.size;
  }

  get(key: string): Entry | undefined {
    return this.tree.get(key);
  }

  /** The present entries, live: take `snapshot()` to hold them over an await. */
  get entries(): EntryTree {
    return this.tree;
  }

  /** All entries below the prefix, in key order; the same array for as long as nothing changes, since clients ask for the same again and again. */
  entriesUnder(prefix: string): readonly Entry[] {
    const last = this.lastEntries?.deref();
    if (last?.prefix === prefix) return last.entries;
    const entries: Entry[] = [];
    this.tree.forRange(prefix, prefixEnd(prefix), false, (_key, entry) => void entries.push(entry));
    this.lastEntries = new WeakRef({ prefix, entries });
    return entries;
  }

  /** A copy that later changes do not touch; costs next to nothing (copy on write). */
  snapshot(): EntryTree {
    return this.tree.clone();
  }

  /** For a state of the past, read from the store. */
  emptyTree(): EntryTree {
    return newTree();
  }

  /** Replaces everything, as after a lost watch: listeners are closed, since changes in between are unknown; they may listen anew. */
  reset(entries: readonly Entry[], revision: number): void {
    this.counts.loads += 1;
    this.loadedAt = revision;
    this.tree = newTree(entries.map((entry) => [entry.key, entry]));
    this.lastEntries = undefined;
    this.ring = new EventRing(revision);
    this.snapshots.clear();
    this.closeListeners();
  }

  /** Something has happened that cannot be told. */
  closeListeners(): void {
    const closed = [...this.listeners];
    this.listeners.clear();
    for (const listener of closed) listener.closed();
  }

  /** Who is told that something does not exist would make it anew, or forget what belongs to it: fails where anything below the prefix cannot be read. */
  checkReadable(prefix: string): void {
    for (const [key, error] of this.unreadable) if (key.startsWith(prefix)) throw error;
  }

  /** Takes what could not be read before and can now. Listeners are closed: its events are past. */
  heal(entries: readonly Entry[], revision: number): void {
    for (const entry of entries) {
      this.unreadable.delete(entry.key);
      this.tree.set(entry.key, entry);
    }
    this.reset([...this.tree.values()], revision);
  }

  apply(change: StoreEvent, now: number): void {
    const event = this.toCacheEvent(change);
    if (!event) return;
    this.counts.events += 1;
    this.ring.push(event, now);
    for (const listener of this.listeners) listener.event(event);
  }

  /** Events after `revision` that are still known; undefined if some are forgotten (`oldestStart` says since when). */
  eventsAfter(revision: number): CacheEvent[] | undefined {
    return this.ring.after(revision);
  }

  get oldestStart(): number {
    return this.ring.oldestStart;
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  /** Delivers every event from now on; the returned function ends it. */
  listen(listener: CacheListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private toCacheEvent({ type, kv }: StoreEvent): CacheEvent | undefined {
    const previous = this.tree.get(kv.key);
    const revision = kv.modRevision;
    this.lastEntries = undefined;
    if (type === 'delete') {
      if (!previous) return undefined;
      this.tree.delete(kv.key);
      return { type: 'DELETED', revision, entry: this.format.readDeleted(previous, revision), previous };
    }
    const entry = this.format.read(kv, takeWritten(kv.key, kv.value));
    this.tree.set(kv.key, entry);
    return { type: previous ? 'MODIFIED' : 'ADDED', revision, entry, previous };
  }
}

function newTree(pairs?: [string, Entry][]): EntryTree {
  return new BTree<string, Entry>(pairs, compareKeys);
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
