import { StoreError } from '../errors';
import type { StoreObserver } from '../options';
import type { CommitWriter } from './commit-writer';
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
 * So many operations are written without waiting for the end of the loop's turn: while they go to disk, what follows in the turn is worked on. Otherwise
 * clients that ask together are answered together, ask together again, and the loop stands still for every write.
 */
const COMMIT_AT_ONCE = 8;

/**
 * The group commit. One commit runs at a time; operations that arrive meanwhile form the next one. An operation is acknowledged
 * when its commit is on disk and published.
 */
export class CommitQueue {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  /** Ends the wait for more operations of the same turn. */
  private commitAtOnce: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly writer: CommitWriter,
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
      if (this.waiting.length >= COMMIT_AT_ONCE) this.commitAtOnce?.();
    });
  }

  /** Refuses new operations and resolves when all earlier ones are done. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.waiting.length < COMMIT_AT_ONCE) await this.endOfTurn();
      await this.commitNext();
    }
    this.running = undefined;
  }

  /** Operations of the same turn of the event loop share the commit, if they are not too many. */
  private endOfTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.commitAtOnce = resolve;
      setImmediate(resolve);
    });
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
      if (!transaction.isEmpty) await this.writer.write(transaction);
    } catch (error) {
      this.observer.onMetric?.('commit_failures_total', 1);
      for (const operation of planned) operation.fail(error);
      return;
    }
    this.publish(transaction);
    for (const operation of planned) operation.acknowledge();
  }
}
