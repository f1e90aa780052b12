import { StoreError } from '../errors';
import type { StoreObserver } from '../options';
import type { Checkpoint } from './checkpoint';
import type { CommitQueue } from './commit';
import type { Folder } from './folder';
import type { History } from './history';
import type { KeyIndex } from './key-index';
import { revisionKey, revisionOfKey } from './record';
import type { Transaction } from './transaction';

const COMPACTED_KEY = Buffer.from('compacted');
const SCRUBBED_KEY = Buffer.from('scrubbed');
/** Bytes of history that one step looks through: small, as writes wait meanwhile. */
const STEP_BYTES = 1024 * 1024;

/** What compaction works on. */
export interface CompactionParts {
  readonly folder: Folder;
  readonly queue: CommitQueue;
  readonly history: History;
  readonly index: KeyIndex;
  readonly checkpoint: Checkpoint;
  /** The newest published revision. */
  readonly revision: () => number;
}

/**
 * Forgets old history. First the mark is moved, durably, and reads before it fail; then the records are removed step by step
 * through the commit queue, and a step that a crash prevented is made up for after the next opening.
 * Kept are all changes from the mark on, and the pair each of them replaced.
 */
export class Compactor {
  /** Reads before this revision fail. */
  compacted: number;
  /** Everything that may be removed before this revision has been. */
  private scrubbed: number;
  private scrubbing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly parts: CompactionParts,
    private readonly observer: StoreObserver,
  ) {
    this.compacted = this.readMark(COMPACTED_KEY);
    this.scrubbed = this.readMark(SCRUBBED_KEY);
  }

  /** Resolves when the records are gone. A revision that is compacted already is no error. */
  async compact(revision: number): Promise<void> {
    const newest = this.parts.revision();
    if (revision > newest) throw new StoreError('future-revision', `cannot compact revision ${revision}: the newest is ${newest}`);
    if (revision > this.compacted) await this.parts.queue.submit((transaction) => this.planMark(transaction, revision));
    await this.scrub();
  }

  /** Removes what an earlier compaction has left behind. */
  scrub(): Promise<void> {
    const run = this.scrubbing.then(() => this.removeRecords());
    this.scrubbing = run.catch(() => undefined);
    return run;
  }

  close(): void {
    this.closed = true;
  }

  private readMark(key: Buffer): number {
    const mark = this.parts.folder.meta.getBinary(key);
    return mark ? revisionOfKey(mark) : 0;
  }

  private planMark(transaction: Transaction, revision: number): void {
    if (revision <= this.compacted) return;
    const { folder } = this.parts;
    // An opening replays history onto the checkpoint, so it must not be older than what is about to be removed.
    transaction.needsCheckpoint = true;
    transaction.tableWrites.push((report) => report(folder.meta.put(COMPACTED_KEY, revisionKey(revision))));
    transaction.onCommit.push(() => (this.compacted = Math.max(this.compacted, revision)));
  }

  private async removeRecords(): Promise<void> {
    const start = performance.now();
    const startedAt = this.scrubbed;
    while (this.scrubbed < this.compacted && !this.closed) {
      await this.parts.queue.submit((transaction) => this.planStep(transaction));
    }
    if (this.scrubbed > startedAt) this.observer.onMetric?.('compaction_duration_seconds', (performance.now() - start) / 1000);
  }

  /** Every change before the mark replaced a pair that nobody can ask for any more; a deletion before it is itself such a one. */
  private planStep(transaction: Transaction): void {
    const { folder, history, index, checkpoint } = this.parts;
    const remove: number[] = [];
    const forget: string[] = [];
    let last = this.compacted - 1;
    for (const change of history.read(this.scrubbed - 1, this.compacted - 1, STEP_BYTES)) {
      last = change.revision;
      if (change.previousRevision > 0) remove.push(change.previousRevision);
      if (change.kind === 'put') continue;
      remove.push(change.revision);
      if (index.get(change.key)?.modRevision === change.revision) forget.push(change.key);
    }
    const next = last + 1;
    transaction.tableWrites.push((report) => {
      for (const revision of remove) report(folder.history.remove(revisionKey(revision)));
      report(folder.meta.put(SCRUBBED_KEY, revisionKey(next)));
    });
    transaction.onCommit.push(() => {
      for (const key of forget) {
        checkpoint.note(key, index.get(key));
        index.remove(key);
      }
      this.scrubbed = next;
      this.observer.onMetric?.('compaction_removed_records', remove.length);
    });
  }
}
