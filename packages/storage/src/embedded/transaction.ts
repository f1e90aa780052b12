import type { KeyValue } from '../store';
import type { TableWrite } from './database';
import type { History } from './history';
import type { IndexEntry, KeyIndex } from './key-index';
import { encodeChange, toKeyValue, type Change, type ChangeHeader } from './record';

export interface PutRequest {
  readonly key: string;
  readonly value: Buffer;
  readonly lease: string | undefined;
  readonly before: IndexEntry | undefined;
}

/**
 * One group commit in the making. Operations are planned one after the other, each against the published state and what the
 * ones before it in the same commit have changed; nothing is written before all are planned.
 */
export class Transaction {
  readonly changes: Change[] = [];
  readonly tableWrites: TableWrite[] = [];
  /** Set where the checkpoint must be brought up to the published state in the same commit. */
  needsCheckpoint = false;
  /** What to do in memory once the commit is durable, before anybody is told. */
  readonly onCommit: (() => void)[] = [];
  /** Leases revoked by an earlier operation of this commit. */
  readonly revokedLeases = new Set<string>();
  /** Bytes of the records. */
  bytes = 0;
  private readonly newest = new Map<string, Change>();

  constructor(
    private readonly base: number,
    private readonly index: KeyIndex,
    private readonly history: History,
  ) {}

  /** The revision this transaction has reached. */
  get revision(): number {
    return this.base + this.changes.length;
  }

  get isEmpty(): boolean {
    return this.changes.length === 0 && !this.changesTables;
  }

  /** Whether it writes to other tables than the history. */
  get changesTables(): boolean {
    return this.tableWrites.length > 0 || this.needsCheckpoint;
  }

  /** The key's state after the operations so far; undefined if it does not exist. */
  entry(key: string): IndexEntry | undefined {
    const entry = this.newestEntry(key);
    return entry?.deleted ? undefined : entry;
  }

  /** The key's newest change after the operations so far, which may be its deletion. */
  newestEntry(key: string): IndexEntry | undefined {
    const change = this.newest.get(key);
    if (!change) return this.index.get(key);
    return {
      createRevision: change.createRevision, modRevision: change.revision, deleted: change.kind === 'delete', lease: change.lease,
    };
  }

  /** The key's pair after the operations so far. */
  pair(key: string): KeyValue | undefined {
    const change = this.newest.get(key);
    if (change) return change.kind === 'put' ? toKeyValue(change) : undefined;
    const entry = this.entry(key);
    return entry && this.history.pair(entry.modRevision);
  }

  /** Puts a pair; `before` is what `newestEntry` says of the key. */
  put({ key, value, lease, before }: PutRequest): number {
    const revision = this.revision + 1;
    const createRevision = before && !before.deleted ? before.createRevision : revision;
    return this.add({ revision, kind: 'put', key, createRevision, previousRevision: before?.modRevision ?? 0, lease }, value);
  }

  /** Deletes a key that exists. */
  delete(key: string, entry: IndexEntry): number {
    const header = { revision: this.revision + 1, kind: 'delete', key, createRevision: entry.createRevision } as const;
    return this.add({ ...header, previousRevision: entry.modRevision, lease: undefined }, NO_VALUE);
  }

  /** Keys attached to the lease after the operations so far. */
  keysOfLease(lease: string): string[] {
    const keys = new Set([...this.index.keysOfLease(lease), ...this.newest.keys()]);
    return [...keys].filter((key) => this.entry(key)?.lease === lease);
  }

  /** The value lives on in events, as a view of the record, which is ours: the caller's buffer is not held. */
  private add(header: ChangeHeader, value: Buffer): number {
    const change = encodeChange(header, value);
    this.changes.push(change);
    this.bytes += change.record.length;
    this.newest.set(change.key, change);
    return change.revision;
  }
}

const NO_VALUE = Buffer.alloc(0);
