/**
 * The revisioned store: etcd's data model, which both drivers implement and `@typekube/storage/testing` tests.
 *
 * Every change gets the next number of one global, ever rising revision. A key's `modRevision` is the revision of its last
 * change; guarded writes compare it. A watch delivers each change once, in revision order, without gaps, or fails with
 * `compacted`. A write is acknowledged only when it is durable.
 */
export interface Store {
  /** The newest revision that is sure to be durable when the call was made: the mark for linearizable reads. */
  currentRevision(): Promise<number>;

  /** The key at `revision` (default: newest, linearizable). `kv` is undefined if the key does not exist then. */
  get(key: string, options?: { revision?: number }): Promise<GetResult>;

  /** Keys in `[start, end)` in byte order. Fails with `compacted` or `future-revision` for a revision that is not to be had. */
  range(request: RangeRequest): Promise<RangeResult>;

  /** Creates the key; `{ succeeded: false }` with the present pair if it exists. */
  create(key: string, value: Buffer, options?: { lease?: string }): Promise<WriteResult>;

  /** Replaces the key if its modRevision is `expectedRevision`; else `{ succeeded: false }` with the present pair, if any. */
  update(key: string, value: Buffer, expectedRevision: number, options?: { lease?: string }): Promise<WriteResult>;

  /** Deletes the key if its modRevision is `expectedRevision`; else as `update`. */
  delete(key: string, expectedRevision: number): Promise<WriteResult>;

  /**
   * Changes of keys in `[start, end)` with revision > `afterRevision`, in batches: all changes of one revision are in one
   * batch, and one batch may carry several revisions. Ends when `signal` is aborted; survives a restart of the server by
   * going on where it was; throws `compacted` when that is no longer possible.
   * A batch without events is progress: all changes up to its revision have been delivered.
   */
  watch(request: WatchRequest): AsyncIterable<WatchBatch>;

  /** Forgets history before `revision`: reads and watches from before fail with `compacted` from then on. */
  compact(revision: number): Promise<void>;

  /** A lease of `ttlSeconds`: keys attached to it are deleted when it runs out or is revoked. Survives restarts. */
  grantLease(ttlSeconds: number): Promise<string>;
  keepLeaseAlive(lease: string): Promise<void>;
  revokeLease(lease: string): Promise<void>;

  /** Bytes on disk of the whole store. */
  sizeInBytes(): Promise<number>;

  close(): Promise<void>;
}

export interface KeyValue {
  readonly key: string;
  readonly value: Buffer;
  readonly createRevision: number;
  readonly modRevision: number;
}

export interface GetResult {
  readonly revision: number;
  readonly kv: KeyValue | undefined;
}

export interface RangeRequest {
  /** First key, inclusive. */
  readonly start: string;
  /** Last key, exclusive; `prefixEnd(start)` for all keys with that prefix. */
  readonly end: string;
  readonly limit?: number;
  readonly revision?: number;
}

export interface RangeResult {
  /** The revision the range was read at. */
  readonly revision: number;
  readonly kvs: readonly KeyValue[];
  /** Number of keys in the whole range, regardless of `limit`. */
  readonly count: number;
}

export type WriteResult =
  | { readonly succeeded: true; readonly revision: number }
  | { readonly succeeded: false; readonly revision: number; readonly current: KeyValue | undefined };

export interface WatchRequest {
  readonly start: string;
  readonly end: string;
  readonly afterRevision: number;
  readonly signal: AbortSignal;
}

export interface WatchBatch {
  /** All changes up to and including this revision have now been delivered. */
  readonly revision: number;
  readonly events: readonly StoreEvent[];
}

/** A put (the new pair) or a delete (the pair that was there before; its modRevision is the revision of the delete). */
export interface StoreEvent {
  readonly type: 'put' | 'delete';
  readonly kv: KeyValue;
  /** The pair before this change, if any; what a delete removed. Absent where history no longer has it. */
  readonly previous: KeyValue | undefined;
}

/** The end of the range of all keys that start with `prefix` (etcd's rule: the last byte plus one). */
export function prefixEnd(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix.slice(0, -1) + String.fromCharCode(last + 1);
}
