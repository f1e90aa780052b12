import { StoreError } from '../errors';
import type { StoreObserver } from '../options';
import { isFull, type Folder } from './folder';
import { revisionKey, type Change } from './record';

/** Writes to tables other than history, in order; hands on the promises that LMDB gives. */
export type TableWrite = (report: (outcome: Promise<boolean>) => void) => void;

/** What one transaction of the database writes. */
export interface Batch {
  /** In order, following on the newest in the history. */
  readonly changes: readonly Change[];
  readonly tableWrites: readonly TableWrite[];
}

/** Writes to LMDB. One call at a time. */
export class Database {
  /** The library's reasons for failed commits that are logged or will be. */
  private readonly heard = new WeakSet<Promise<unknown>>();

  constructor(
    private readonly folder: Folder,
    private readonly observer: StoreObserver,
  ) {}

  /** One transaction, on disk when resolved. Fails with `no-space` or `unavailable`; nothing of it has been written then. */
  async write({ changes, tableWrites }: Batch): Promise<void> {
    const { env, history } = this.folder;
    // The library gives each write a promise of its own, and rejects them all when the commit fails.
    const outcomes: Promise<boolean>[] = [];
    try {
      outcomes.push(
        env.batch(() => {
          for (const { revision, record } of changes) {
            // Appended in order, so that pages are filled; a plain put would leave them half empty.
            outcomes.push(history.put(revisionKey(revision), record, { append: true }));
          }
          for (const write of tableWrites) write((outcome) => outcomes.push(outcome));
        }),
      );
      await Promise.all(outcomes);
    } catch (cause) {
      for (const outcome of outcomes) outcome.catch((error: unknown) => this.logReason(error));
      throw this.commitError(cause, changes);
    }
    const last = changes.at(-1);
    if (last && !history.doesExist(revisionKey(last.revision))) {
      throw new StoreError('damaged', `revision ${last.revision} could not be appended in ${this.folder.path}`);
    }
  }

  /** The library says the reason in a promise inside the error, rejected now or later, that nobody else listens to. */
  private logReason(error: unknown): void {
    if (!hasCommitError(error) || this.heard.has(error.commitError)) return;
    this.heard.add(error.commitError);
    error.commitError.catch((reason: unknown) => {
      this.observer.log?.('error', 'commit failed', { dataDir: this.folder.path, error: String(reason) });
    });
  }

  private commitError(cause: unknown, changes: readonly Change[]): StoreError {
    const bytes = changes.reduce((sum, { record }) => sum + record.length, 0);
    if (isFull(this.folder, bytes)) return noSpace(this.folder, cause);
    return new StoreError('unavailable', `writing to ${this.folder.path} failed`, { cause });
  }
}

export function noSpace({ path }: Folder, cause: unknown): StoreError {
  return new StoreError('no-space', `nothing was written: the disk of ${path} is full`, { cause });
}

/** Told by shape, as the library may have been loaded in another realm (as jest does for the second test file of a worker). */
function hasCommitError(error: unknown): error is { commitError: Promise<unknown> } {
  return typeof error === 'object' && error !== null && 'commitError' in error && isThenable(error.commitError);
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
