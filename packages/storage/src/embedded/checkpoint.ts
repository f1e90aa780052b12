import type { TableWrite } from './database';
import type { Folder } from './folder';
import type { IndexEntry, KeyIndex } from './key-index';
import { decodeChange, encodeHeader, revisionKey, revisionOfKey, type ChangeHeader } from './record';
import type { History } from './history';

const INDEXED_KEY = Buffer.from('indexed');
/** A checkpoint is written when so many changes have come since the last: what an opening at most has to replay. */
const CHECKPOINT_EVERY = 1024;
const REPLAY_BYTES = 64 * 1024 * 1024;

/** A checkpoint that is being written. */
export interface PendingCheckpoint {
  readonly write: TableWrite;
  /** Must be called when it could not be written. */
  undo(): void;
}

/**
 * The index as it was at some revision, on disk: the header of each key's newest change under its revision. Opening reads it and
 * replays the history after it, instead of all history; commits do not write it, so that they only append.
 */
export class Checkpoint {
  /** Keys changed since the checkpoint, each with its revision there (0: not there). */
  private dirty = new Map<string, number>();
  private indexed = 0;

  constructor(private readonly folder: Folder) {}

  /** Fills the index with the state at `newest`; deletions before `compacted` are nobody's business any more. */
  load(index: KeyIndex, history: History, { newest, compacted }: { newest: number; compacted: number }): void {
    const indexed = this.folder.meta.getBinary(INDEXED_KEY);
    this.indexed = indexed ? revisionOfKey(indexed) : 0;
    for (const { key, value } of this.folder.checkpoint.getRange({})) {
      const header = decodeChange(revisionOfKey(key), value);
      if (header.kind === 'delete' && header.revision < compacted) this.dirty.set(header.key, header.revision);
      else index.apply(header);
    }
    let at = this.indexed;
    while (at < newest) {
      const from = at;
      for (const change of history.read(at, newest, REPLAY_BYTES)) {
        this.note(change.key, index.apply(change));
        at = change.revision;
      }
      if (at === from) return;
    }
  }

  /** Must be called with each key that the index has changed or forgotten, and what the index had of it before. */
  note(key: string, before: IndexEntry | undefined): void {
    if (this.dirty.has(key)) return;
    this.dirty.set(key, before && before.modRevision <= this.indexed ? before.modRevision : 0);
  }

  isDue(revision: number): boolean {
    return revision - this.indexed >= CHECKPOINT_EVERY;
  }

  /** Begins to bring the checkpoint to `revision`, the newest published one. What changes meanwhile is for the next one. */
  begin(index: KeyIndex, revision: number): PendingCheckpoint {
    const { dirty, indexed } = this;
    const { checkpoint, meta } = this.folder;
    const headers = [...dirty.keys()].flatMap((key) => {
      const entry = index.get(key);
      return entry ? [toHeader(key, entry)] : [];
    });
    this.dirty = new Map();
    this.indexed = revision;
    return {
      write: (report) => {
        for (const old of dirty.values()) if (old > 0) report(checkpoint.remove(revisionKey(old)));
        for (const header of headers) report(checkpoint.put(revisionKey(header.revision), encodeHeader(header)));
        report(meta.put(INDEXED_KEY, revisionKey(revision)));
      },
      undo: () => {
        for (const [key, old] of dirty) this.dirty.set(key, old);
        this.indexed = indexed;
      },
    };
  }
}

/** Where the change before lies is found in history; the index does not need it. */
function toHeader(key: string, entry: IndexEntry): ChangeHeader {
  return {
    revision: entry.modRevision, kind: entry.deleted ? 'delete' : 'put', key, createRevision: entry.createRevision,
    previousRevision: 0, lease: entry.lease,
  };
}
