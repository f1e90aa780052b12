/**
 * The revisioned store: etcd's data model, which both drivers implement and `@typekube/storage/testing` tests.
 *
 * Every change gets the next number of one global, ever rising revision. A key's `modRevision` is the revision of its last
 * change; guarded writes compare it. A watch delivers each change once, in revision order, without gaps, or fails with
 * `compacted`. A write is acknowledged only when it is durable.
 *
 * Keys are any non-empty text, ordered by their UTF-8 bytes; what is not fit for a key throws a RangeError. A failure is a StoreError
 * with a code of errors.ts; what fits none of them (a permission the server refuses, a value larger than it takes) is another Error.
 */
export interface Store {
  /** The newest revision, at least that of every write acknowledged before the call: the mark for linearizable reads. */
  currentRevision(): Promise<number>;

  /** The key at `revision` (default and 0: newest, linearizable). `kv` is undefined if the key does not exist then. */
  get(key: string, options?: { revision?: number }): Promise<GetResult>;

  /** Keys in `[start, end)` in byte order. Fails with `compacted` or `future-revision` for a revision that is not to be had. */
  range(request: RangeRequest): Promise<RangeResult>;

  /**
   * Creates the key; `{ succeeded: false }` with the present pair if it exists. A write that fails with `unavailable` may have
   * happened all the same; with any other code it has not.
   */
  create(key: string, value: Buffer, options?: { lease?: string }): Promise<WriteResult>;

  /**
   * Replaces the key if its modRevision is `expectedRevision` (0: if it does not exist); else `{ succeeded: false }` with the present
   * pair, if any. The key is attached to `lease`, or to none if it is absent.
   */
  update(key: string, value: Buffer, expectedRevision: number, options?: { lease?: string }): Promise<WriteResult>;

  /** Deletes the key if its modRevision is `expectedRevision`; else as `update`. */
  delete(key: string, expectedRevision: number): Promise<WriteResult>;

  /**
   * Changes of keys in `[start, end)` with revision > `afterRevision`, in batches: all changes of one revision are in one
   * batch, and one batch may carry several revisions. Ends when `signal` is aborted; survives a restart of the server by
   * going on where it was; throws `compacted` when that is no longer possible.
   * A batch without events is progress: all changes up to its revision have been delivered. How often it comes is the driver's affair:
   * embedded with every commit, etcd at its progress interval (10 minutes by default).
   * A revision that has not happened is waited for. Leaving the loop, like aborting, releases all that the watch holds.
   */
  watch(request: WatchRequest): AsyncIterable<WatchBatch>;

  /**
   * Forgets history before `revision`: reads at an earlier one, and watches that would need an earlier change, fail with `compacted` from
   * then on. Nothing happens if that is compacted already; fails with `future-revision` for one that has not happened.
   */
  compact(revision: number): Promise<void>;

  /**
   * A lease of `ttlSeconds` (a whole number, at least 1; etcd may give more): keys attached to it are deleted, each as a change, when it
   * runs out or is revoked. Survives restarts.
   */
  grantLease(ttlSeconds: number): Promise<string>;
  /** Lets the lease live its whole time from now on; fails with `lease-not-found` if it is gone, as all uses of it do. */
  keepLeaseAlive(lease: string): Promise<void>;
  revokeLease(lease: string): Promise<void>;

  /** Bytes on disk of the whole store. */
  sizeInBytes(): Promise<number>;

  /** Ends all watches with `closed`, which every later call fails with too. The embedded store finishes writes under way first. */
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
  /** The most keys returned; absent or 0: all. */
  readonly limit?: number;
  /** The revision to read at; absent or 0: the newest. */
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

/**
 * The end of the range of all keys that start with `prefix`: the prefix with its last character replaced by the next one (etcd's rule,
 * in characters instead of bytes, so that it remains text). Throws a RangeError for the empty prefix, which has no end.
 */
export function prefixEnd(prefix: string): string {
  const characters = Array.from(prefix);
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const next = nextCodePoint(last.codePointAt(0) ?? 0);
    if (next !== undefined) return characters.join('') + String.fromCodePoint(next);
  }
  throw new RangeError(`there is no end of the keys with the prefix ${JSON.stringify(prefix)}`);
}

/** Surrogates are no characters; the last character has none after it. */
function nextCodePoint(codePoint: number): number | undefined {
  if (codePoint === 0x10_ffff) return undefined;
  return codePoint === 0xd7ff ? 0xe000 : codePoint + 1;
}
