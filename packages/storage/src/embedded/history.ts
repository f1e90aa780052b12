import { StoreError } from '../errors';
import type { KeyValue } from '../store';
import type { Folder, Table } from './folder';
import type { IndexEntry } from './key-index';
import { decodeChange, revisionKey, revisionOfKey, toKeyValue, type Change } from './record';
import type { Tail } from './tail';

/** A new store's revision, as etcd's: 0 means "any" to Kubernetes. */
const FIRST_REVISION = 1;

/** The newest revision in the table of the history: its record is never compacted. */
export function newestStored(history: Table): number {
  for (const key of history.getKeys({ reverse: true, limit: 1 })) return revisionOfKey(key);
  return FIRST_REVISION;
}

/** Reads the changes, the newest from memory, all others from the database. All methods are synchronous: the pages come from LMDB's map. */
export class History {
  constructor(
    private readonly folder: Folder,
    private readonly tail: Tail,
  ) {}

  /** The change of exactly this revision, or undefined where it has been compacted. */
  get(revision: number): Change | undefined {
    const newest = this.tail.get(revision);
    if (newest) return newest;
    const record = this.folder.history.getBinary(revisionKey(revision));
    return record && decodeChange(revision, record);
  }

  /** Changes with revision in `(after, upTo]`, oldest first, until `maxBytes` of records are read; at least one if there is any. */
  *read(after: number, upTo: number, maxBytes: number): Generator<Change> {
    let bytes = 0;
    for (const change of this.changes(after, upTo)) {
      yield change;
      bytes += change.record.length;
      if (bytes >= maxBytes) return;
    }
  }

  /**
   * The revision of the pair that a key had at `revision`, or 0 if it had none: follows the changes of the key back from its newest.
   * `revision` must not be compacted.
   */
  versionAt(entry: IndexEntry, revision: number): number {
    if (entry.modRevision <= revision) return entry.deleted ? 0 : entry.modRevision;
    let at = entry.modRevision;
    while (at > revision) {
      const change = this.get(at);
      if (!change) throw missing(at);
      at = change.previousRevision;
    }
    return at > 0 && this.get(at)?.kind === 'put' ? at : 0;
  }

  /** The pair that the put at `revision` wrote, which must be there. */
  pair(revision: number): KeyValue {
    const change = this.get(revision);
    if (!change) throw missing(revision);
    return toKeyValue(change);
  }

  /** The pair before `change`; undefined if there was none or it has been compacted. */
  previous(change: Change): KeyValue | undefined {
    if (change.previousRevision === 0) return undefined;
    const before = this.get(change.previousRevision);
    return before?.kind === 'put' ? toKeyValue(before) : undefined;
  }

  private *changes(after: number, upTo: number): Generator<Change> {
    const newest = this.tail.changes;
    const stored = Math.min(upTo, (newest[0]?.revision ?? Infinity) - 1);
    for (const { key, value } of this.folder.history.getRange({ start: revisionKey(after + 1), end: revisionKey(stored + 1) })) {
      yield decodeChange(revisionOfKey(key), value);
    }
    for (const change of newest) if (change.revision > after && change.revision <= upTo) yield change;
  }
}

function missing(revision: number): StoreError {
  return new StoreError('damaged', `the record of revision ${revision} is missing`);
}
