import { StoreError } from '../errors';
import type { StoreObserver } from '../options';
import type { Checkpoint } from './checkpoint';
import { Database, noSpace, type Batch } from './database';
import type { Folder } from './folder';
import type { KeyIndex } from './key-index';
import type { Log } from './log';
import type { Change } from './record';
import type { Tail } from './tail';
import type { Transaction } from './transaction';

/** So many changes are brought from the log into the database at once: more would keep the event loop for too long. */
const STORE_EVERY = 1024;

export interface CommitWriterParts {
  readonly folder: Folder;
  readonly tail: Tail;
  readonly index: KeyIndex;
  readonly checkpoint: Checkpoint;
  /** The newest published revision. */
  readonly revision: () => number;
}

/**
 * Makes commits durable. Most go to the log, and later, many at once and in the background, to the database. What changes other tables than the history,
 * or is large, goes to the database at once, together with what is in the log: so the log holds nothing but changes, those after the database's newest.
 */
export class CommitWriter {
  private readonly database: Database;
  private storing: Promise<void> | undefined;
  /** At this size of the tail, it is brought into the database. */
  private storeAt = STORE_EVERY;

  constructor(
    private readonly parts: CommitWriterParts,
    private readonly observer: StoreObserver,
  ) {
    this.database = new Database(parts.folder, observer);
  }

  /** Resolves when the transaction is on disk. One call at a time, and everything before it must have been published. */
  async write(transaction: Transaction): Promise<void> {
    const start = performance.now();
    const { log } = this.parts.folder;
    if (log?.takes(transaction.changes) && !transaction.changesTables) await this.writeToLog(log, transaction.changes);
    else await this.writeToDatabase(transaction);
    this.observer.onMetric?.('commit_duration_seconds', (performance.now() - start) / 1000);
    this.observer.onMetric?.('commit_changes', transaction.changes.length);
  }

  /** Brings all changes into the database. Those that cannot be are in the log at the next opening. */
  async close(): Promise<void> {
    await this.storing;
    if (this.parts.tail.size > 0) await this.storeTail().catch((error: unknown) => this.logFailure(error));
  }

  private async writeToLog(log: Log, changes: readonly Change[]): Promise<void> {
    if (this.parts.tail.size >= this.storeAt) this.storeInBackground();
    if (!log.hasRoom(changes)) await this.storing;
    if (!log.hasRoom(changes)) await this.storeTail();
    try {
      await log.append(changes);
    } catch (cause) {
      throw this.logError(cause);
    }
    this.parts.tail.add(changes);
  }

  private async writeToDatabase({ changes, tableWrites, needsCheckpoint, revision }: Transaction): Promise<void> {
    await this.storing;
    await this.store({ changes: [...this.parts.tail.changes, ...changes], tableWrites }, needsCheckpoint);
    this.forget(revision);
  }

  private storeInBackground(): void {
    this.storing ??= this.storeTail()
      .catch((error: unknown) => {
        this.logFailure(error);
        this.storeAt = this.parts.tail.size + STORE_EVERY;
      })
      .finally(() => (this.storing = undefined));
  }

  private async storeTail(): Promise<void> {
    const start = performance.now();
    const changes = [...this.parts.tail.changes];
    await this.store({ changes, tableWrites: [] }, false);
    this.forget(changes.at(-1)?.revision ?? 0);
    this.observer.onMetric?.('log_store_duration_seconds', (performance.now() - start) / 1000);
  }

  private async store({ changes, tableWrites }: Batch, needsCheckpoint: boolean): Promise<void> {
    const { checkpoint, index } = this.parts;
    const revision = this.parts.revision();
    const pending = needsCheckpoint || checkpoint.isDue(revision) ? checkpoint.begin(index, revision) : undefined;
    try {
      await this.database.write({ changes, tableWrites: pending ? [...tableWrites, pending.write] : tableWrites });
    } catch (error) {
      pending?.undo();
      throw error;
    }
  }

  /** The database has the changes up to `revision`. */
  private forget(revision: number): void {
    this.parts.tail.forget(revision);
    this.parts.folder.log?.forget(revision);
    this.storeAt = STORE_EVERY;
  }

  private logError(cause: unknown): StoreError {
    const { folder } = this.parts;
    if (hasCode(cause) && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')) return noSpace(folder, cause);
    return new StoreError('unavailable', `writing to the log in ${folder.path} failed`, { cause });
  }

  private logFailure(error: unknown): void {
    this.observer.log?.('warn', 'bringing the log into the database failed, will try again', { error: String(error) });
  }
}

function hasCode(error: unknown): error is { code: unknown } {
  return typeof error === 'object' && error !== null && 'code' in error;
}
