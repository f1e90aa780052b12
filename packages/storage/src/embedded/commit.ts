import { StoreError } from '../errors';
import type { StoreObserver } from '../options';
import { isFull, type Folder } from './folder';
import { revisionKey } from './record';
import type { Transaction } from './transaction';

/** Plans one operation in a transaction. May throw before it has changed anything: then only this operation fails. */
export type Plan<T> = (transaction: Transaction) => T;

interface Waiting {
  readonly plan: (transaction: Transaction) => void;
  readonly acknowledge: () => void;
  readonly fail: (error: unknown) => void;
}

/** A commit is closed when it holds this much; what waits goes into the next. */
const MAX_COMMIT_BYTES = 8 * 1024 * 1024;

/**
 * The group commit. One commit runs at a time; operations that arrive meanwhile form the next one. An operation is acknowledged
 * when its commit is on disk and published.
 */
export class CommitQueue {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private closed = false;
  /** The library's reasons for failed commits that are logged or will be. */
  private readonly heard = new WeakSet<Promise<unknown>>();

  constructor(
    private readonly folder: Folder,
    private readonly begin: () => Transaction,
    /** Makes a durable commit visible to reads and watches. Must not throw. */
    private readonly publish: (transaction: Transaction) => void,
    private readonly observer: StoreObserver,
  ) {}

  /** Resolves with the plan's result once it is durable. */
  submit<T>(plan: Plan<T>): Promise<T> {
    if (this.closed) return Promise.reject(new StoreError('closed', 'the store is closed'));
    return new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.waiting.push({
        plan: (transaction) => (result = { value: plan(transaction) }),
        acknowledge: () => result && resolve(result.value),
        fail: reject,
      });
      this.running ??= this.drain();
    });
  }

  /** Refuses new operations and resolves when all earlier ones are done. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      // Operations of the same turn of the event loop share the commit.
      await new Promise((resolve) => setImmediate(resolve));
      await this.commitNext();
    }
    this.running = undefined;
  }

  private async commitNext(): Promise<void> {
    const transaction = this.begin();
    const planned: Waiting[] = [];
    let taken = 0;
    while (taken < this.waiting.length && transaction.bytes < MAX_COMMIT_BYTES) {
      const operation = this.waiting[taken++];
      if (!operation) break;
      try {
        operation.plan(transaction);
        planned.push(operation);
      } catch (error) {
        operation.fail(error);
      }
    }
    this.waiting = this.waiting.slice(taken);
    try {
      if (!transaction.isEmpty) await this.write(transaction);
    } catch (error) {
      this.observer.onMetric?.('commit_failures_total', 1);
      for (const operation of planned) operation.fail(error);
      return;
    }
    this.publish(transaction);
    for (const operation of planned) operation.acknowledge();
  }

  private async write(transaction: Transaction): Promise<void> {
    const { env, history } = this.folder;
    const start = performance.now();
    // The library gives each write a promise of its own, and rejects them all when the commit fails.
    const outcomes: Promise<boolean>[] = [];
    try {
      outcomes.push(
        env.batch(() => {
          transaction.changes.forEach((change, i) => {
            const record = transaction.records[i];
            // Appended in order, so that pages are filled; a plain put would leave them half empty.
            if (record) outcomes.push(history.put(revisionKey(change.revision), record, { append: true }));
          });
          for (const write of transaction.tableWrites) write((outcome) => outcomes.push(outcome));
        }),
      );
      await Promise.all(outcomes);
    } catch (cause) {
      for (const outcome of outcomes) outcome.catch((error: unknown) => this.logReason(error));
      throw this.commitError(cause, transaction.bytes);
    }
    if (transaction.changes.length > 0 && !history.doesExist(revisionKey(transaction.revision))) {
      throw new StoreError('damaged', `revision ${transaction.revision} could not be appended in ${this.folder.path}`);
    }
    this.observer.onMetric?.('commit_duration_seconds', (performance.now() - start) / 1000);
    this.observer.onMetric?.('commit_changes', transaction.changes.length);
  }

  /** The library says the reason in a promise inside the error, rejected now or later, that nobody else listens to. */
  private logReason(error: unknown): void {
    if (!hasCommitError(error) || this.heard.has(error.commitError)) return;
    this.heard.add(error.commitError);
    error.commitError.catch((reason: unknown) => {
      this.observer.log?.('error', 'commit failed', { dataDir: this.folder.path, error: String(reason) });
    });
  }

  private commitError(cause: unknown, bytes: number): StoreError {
    if (isFull(this.folder, bytes)) {
      return new StoreError('no-space', `nothing was written: the disk of ${this.folder.path} is full`, { cause });
    }
    return new StoreError('unavailable', `writing to ${this.folder.path} failed`, { cause });
  }
}

/** Told by shape, as the library may have been loaded in another realm (as jest does for the second test file of a worker). */
function hasCommitError(error: unknown): error is { commitError: Promise<unknown> } {
  return typeof error === 'object' && error !== null && 'commitError' in error && isThenable(error.commitError);
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
