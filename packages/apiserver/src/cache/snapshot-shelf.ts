import type { EntryTree } from './resource-cache';

const KEEP_MS = 5 * 60_000;
const MAX_SNAPSHOTS = 64;

interface Shelved {
  readonly tree: EntryTree;
  readonly expiresAt: number;
}

/**
 * The states that paged lists continue from, by revision. A snapshot shares its unchanged nodes with the live tree; it is
 * dropped five minutes after its last use, as a continue token expires upstream, or when there are too many.
 */
export class SnapshotShelf {
  private readonly byRevision = new Map<number, Shelved>();

  put(revision: number, tree: EntryTree, now = Date.now()): void {
    this.byRevision.delete(revision);
    this.byRevision.set(revision, { tree, expiresAt: now + KEEP_MS });
    this.dropOld(now);
  }

  get(revision: number, now = Date.now()): EntryTree | undefined {
    this.dropOld(now);
    const found = this.byRevision.get(revision);
    if (found) this.put(revision, found.tree, now);
    return found?.tree;
  }

  clear(): void {
    this.byRevision.clear();
  }

  /** Entries are in order of their last use, so the old ones come first. */
  private dropOld(now: number): void {
    for (const [revision, { expiresAt }] of this.byRevision) {
      if (expiresAt > now && this.byRevision.size <= MAX_SNAPSHOTS) return;
      this.byRevision.delete(revision);
    }
  }
}
