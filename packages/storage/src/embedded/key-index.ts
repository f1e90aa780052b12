import BTree from 'sorted-btree';
import { compareKeys, hasPlainOrder } from '../keys';
import type { ChangeHeader } from './record';

/** What is known of a key without reading its value: its newest change, which may be its deletion. */
export interface IndexEntry {
  readonly createRevision: number;
  readonly modRevision: number;
  readonly deleted: boolean;
  readonly lease: string | undefined;
}

/**
 * All keys in byte order with their newest published change, in memory. A deleted key stays until compaction has passed its
 * deletion, so that reads at older revisions find it. Values stay on disk.
 */
export class KeyIndex {
  /** As long as no key needs it, the slower comparison is spared. */
  private plain = true;
  private readonly tree = new BTree<string, IndexEntry>([], (a, b) => this.compare(a, b));
  private readonly leased = new Map<string, Set<string>>();

  get(key: string): IndexEntry | undefined {
    return this.tree.get(key);
  }

  /** Takes over a change, which is newer than what the index holds of its key; returns what that was. */
  apply(change: ChangeHeader): IndexEntry | undefined {
    if (this.plain && !hasPlainOrder(change.key)) this.plain = false;
    const entry: IndexEntry = {
      createRevision: change.createRevision,
      modRevision: change.revision,
      deleted: change.kind === 'delete',
      lease: change.kind === 'delete' ? undefined : change.lease,
    };
    const before = this.tree.get(change.key);
    this.moveLease(change.key, before?.lease, entry.lease);
    this.tree.set(change.key, entry);
    return before;
  }

  /** Forgets a key whose deletion has been compacted. */
  remove(key: string): void {
    this.tree.delete(key);
  }

  /** Calls back for each key in `[start, end)`, deleted ones included, in order. */
  forRange(start: string, end: string, visit: (key: string, entry: IndexEntry) => void): void {
    this.tree.forRange(start, end, false, (key, entry) => visit(key, entry));
  }

  keysOfLease(lease: string): Iterable<string> {
    return this.leased.get(lease) ?? [];
  }

  private moveLease(key: string, from: string | undefined, to: string | undefined): void {
    if (from === to) return;
    if (from !== undefined) {
      const keys = this.leased.get(from);
      keys?.delete(key);
      if (keys?.size === 0) this.leased.delete(from);
    }
    if (to === undefined) return;
    const keys = this.leased.get(to);
    if (keys) keys.add(key);
    else this.leased.set(to, new Set([key]));
  }

  private compare(a: string, b: string): number {
    if (this.plain) return a < b ? -1 : a === b ? 0 : 1;
    return compareKeys(a, b);
  }
}
