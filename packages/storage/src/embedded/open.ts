import { StoreError } from '../errors';
import { checkKey } from '../keys';
import type { StoreObserver } from '../options';
import type { GetResult, KeyValue, RangeRequest, RangeResult, Store, WatchBatch, WatchRequest, WriteResult } from '../store';
import { Checkpoint } from './checkpoint';
import { CommitQueue } from './commit';
import { CommitWriter } from './commit-writer';
import { Compactor } from './compaction';
import { closeFolder, folderBytes, openFolder, type Folder } from './folder';
import { History, newestStored } from './history';
import { KeyIndex } from './key-index';
import { Leases } from './lease';
import { Tail } from './tail';
import { Transaction } from './transaction';
import { WatchHub } from './watch-hub';

export interface EmbeddedStoreOptions extends StoreObserver {
  /** Where the data lies; created with mode 0700 if it does not exist. */
  readonly dataDir: string;
  /** Every so often, history older than this interval is forgotten; 0 turns it off. Default: 5 minutes, as kube-apiserver's for etcd. */
  readonly compactionIntervalMs?: number | undefined;
  /** The most revisions of history kept, whatever their age. Default: 250,000. */
  readonly maxHistory?: number | undefined;
  /** Events and bytes held in memory for one watcher that does not take them. Default: 4,096 events, 4 MiB. */
  readonly maxBufferedEvents?: number | undefined;
  readonly maxBufferedBytes?: number | undefined;
  /** Wall clock in milliseconds, for leases. Default: Date.now. */
  readonly now?: (() => number) | undefined;
}

/** The embedded store also gives its revision without a promise. */
export interface EmbeddedStore extends Store {
  /** The newest revision: that of the last write that has been made durable. Every acknowledged write is at or before it. */
  readonly revision: number;
  /** Reads before this revision fail with `compacted`. */
  readonly compactRevision: number;
}

const DEFAULT_COMPACTION_INTERVAL_MS = 5 * 60 * 1000;
const DEFAULT_MAX_HISTORY = 250_000;
const DEFAULT_BUFFERED_EVENTS = 4096;
const DEFAULT_BUFFERED_BYTES = 4 * 1024 * 1024;

/**
 * Opens the store in `dataDir`, for this process alone. Fails with `locked` if the folder is in use, `damaged` if it cannot be read
 * and `no-space` if the disk is full.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const folder = await openFolder(options.dataDir);
  try {
    return new LmdbStore(folder, options);
  } catch (error) {
    await closeFolder(folder);
    if (error instanceof StoreError) throw error;
    throw new StoreError('damaged', `the data folder ${folder.path} cannot be read`, { cause: error });
  }
}

class LmdbStore implements EmbeddedStore {
  revision: number;
  readonly history: History;
  private readonly index = new KeyIndex();
  private readonly checkpoint: Checkpoint;
  private readonly writer: CommitWriter;
  private readonly queue: CommitQueue;
  private readonly compactor: Compactor;
  private readonly leases: Leases;
  private readonly hub: WatchHub;
  private readonly maxHistory: number;
  private readonly compactionTimer: NodeJS.Timeout | undefined;
  private trimming = false;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly folder: Folder,
    private readonly options: EmbeddedStoreOptions,
  ) {
    const tail = new Tail();
    tail.add(folder.log?.recovered ?? []);
    this.history = new History(folder, tail);
    this.checkpoint = new Checkpoint(folder);
    this.revision = tail.changes.at(-1)?.revision ?? newestStored(folder.history);
    this.maxHistory = options.maxHistory ?? DEFAULT_MAX_HISTORY;
    this.writer = new CommitWriter({ folder, tail, index: this.index, checkpoint: this.checkpoint, revision: () => this.revision }, options);
    this.queue = new CommitQueue(this.writer, () => new Transaction(this.revision, this.index, this.history), (transaction) => this.publish(transaction), options);
    this.compactor = new Compactor(
      {
        folder, queue: this.queue, history: this.history, index: this.index, checkpoint: this.checkpoint,
        revision: () => this.revision,
      },
      options,
    );
    this.checkpoint.load(this.index, this.history, { newest: this.revision, compacted: this.compactRevision });
    this.hub = new WatchHub(
      this,
      {
        maxBufferedEvents: options.maxBufferedEvents ?? DEFAULT_BUFFERED_EVENTS,
        maxBufferedBytes: options.maxBufferedBytes ?? DEFAULT_BUFFERED_BYTES,
      },
      options,
    );
    this.leases = new Leases(folder, this.queue, options.now ?? Date.now, options);
    this.compactionTimer = this.compactEvery(options.compactionIntervalMs ?? DEFAULT_COMPACTION_INTERVAL_MS);
    this.inBackground(this.compactor.scrub());
  }

  get compactRevision(): number {
    return this.compactor.compacted;
  }

  async currentRevision(): Promise<number> {
    this.checkOpen();
    return this.revision;
  }

  async get(key: string, options?: { revision?: number }): Promise<GetResult> {
    checkKey(key);
    const at = this.readRevision(options?.revision);
    const entry = this.index.get(key);
    const version = entry ? this.history.versionAt(entry, at) : 0;
    return { revision: this.revision, kv: version > 0 ? this.history.pair(version) : undefined };
  }

  async range(request: RangeRequest): Promise<RangeResult> {
    const at = this.readRevision(request.revision);
    const limit = request.limit ? request.limit : Infinity;
    const kvs: KeyValue[] = [];
    let count = 0;
    this.index.forRange(request.start, request.end, (_key, entry) => {
      const version = this.history.versionAt(entry, at);
      if (version === 0) return;
      count++;
      if (kvs.length < limit) kvs.push(this.history.pair(version));
    });
    return { revision: at, kvs, count };
  }

  async create(key: string, value: Buffer, options?: { lease?: string }): Promise<WriteResult> {
    checkKey(key);
    return this.queue.submit((transaction) => this.planPut(transaction, key, 0, value, options?.lease));
  }

  async update(key: string, value: Buffer, expectedRevision: number, options?: { lease?: string }): Promise<WriteResult> {
    checkKey(key);
    return this.queue.submit((transaction) => this.planPut(transaction, key, expectedRevision, value, options?.lease));
  }

  async delete(key: string, expectedRevision: number): Promise<WriteResult> {
    checkKey(key);
    return this.queue.submit((transaction) => {
      const entry = transaction.entry(key);
      if (!entry || entry.modRevision !== expectedRevision) return this.refused(transaction, key);
      return { succeeded: true, revision: transaction.delete(key, entry) };
    });
  }

  watch(request: WatchRequest): AsyncIterable<WatchBatch> {
    this.checkOpen();
    return this.hub.watch(request);
  }

  async compact(revision: number): Promise<void> {
    this.checkOpen();
    return this.compactor.compact(revision);
  }

  async grantLease(ttlSeconds: number): Promise<string> {
    return this.leases.grant(ttlSeconds);
  }

  async keepLeaseAlive(lease: string): Promise<void> {
    return this.leases.keepAlive(lease);
  }

  async revokeLease(lease: string): Promise<void> {
    return this.leases.revoke(lease);
  }

  async sizeInBytes(): Promise<number> {
    this.checkOpen();
    return folderBytes(this.folder);
  }

  /** Finishes the writes that have been asked for, ends all watches with `closed`, and releases the folder. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    clearInterval(this.compactionTimer);
    this.compactor.close();
    this.leases.close();
    await this.queue.close();
    await this.writer.close();
    this.hub.close();
    await closeFolder(this.folder);
  }

  /** What happens in memory comes first, so that a checkpoint of the state before does not forget the changes after. */
  private publish(transaction: Transaction): void {
    for (const effect of transaction.onCommit) effect();
    if (transaction.changes.length === 0) return;
    for (const change of transaction.changes) this.checkpoint.note(change.key, this.index.apply(change));
    this.revision = transaction.revision;
    this.hub.deliver(transaction.changes, this.revision);
    this.trimHistory();
  }

  private planPut(transaction: Transaction, key: string, expected: number, value: Buffer, lease: string | undefined): WriteResult {
    const before = transaction.newestEntry(key);
    const present = before && !before.deleted ? before.modRevision : 0;
    if (present !== expected) return this.refused(transaction, key);
    if (lease !== undefined) this.leases.require(transaction, lease);
    return { succeeded: true, revision: transaction.put({ key, value, lease, before }) };
  }

  private refused(transaction: Transaction, key: string): WriteResult {
    return { succeeded: false, revision: transaction.revision, current: transaction.pair(key) };
  }

  /** The revision a read is done at. */
  private readRevision(asked: number | undefined): number {
    this.checkOpen();
    if (!asked) return this.revision;
    if (asked > this.revision) throw new StoreError('future-revision', `revision ${asked} has not happened: the newest is ${this.revision}`);
    if (asked < this.compactRevision) {
      throw new StoreError('compacted', `revision ${asked} is compacted; history begins at ${this.compactRevision}`);
    }
    return asked;
  }

  private compactEvery(intervalMs: number): NodeJS.Timeout | undefined {
    if (intervalMs <= 0) return undefined;
    let mark = this.revision;
    const timer = setInterval(() => {
      this.inBackground(this.compactor.compact(mark));
      mark = this.revision;
    }, intervalMs);
    return timer.unref();
  }

  /** Keeps history within its bound; a tenth is let go at a time, so that this is rare. */
  private trimHistory(): void {
    if (this.trimming || this.revision - this.compactRevision <= this.maxHistory) return;
    this.trimming = true;
    const trimmed = this.compactor.compact(this.revision - Math.floor(this.maxHistory * 0.9));
    this.inBackground(trimmed.finally(() => (this.trimming = false)));
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.closing) this.options.log?.('warn', 'compaction failed, will try again', { error: String(error) });
    });
  }

  private checkOpen(): void {
    if (this.closing) throw new StoreError('closed', 'the store is closed');
  }
}
