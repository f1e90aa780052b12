import { newInternalError, newTooLargeResourceVersion } from '@typekube/apimachinery';
import type { Store } from '@typekube/storage';
import type { Feed } from '../cache/feed';

/** How long a read waits for the caches, as upstream's blockTimeout. */
const WAIT_MS = 3000;

/** Makes reads from the caches as fresh as their resource version asks. */
export class ReadBarrier {
  private pending: Promise<number> | undefined;

  constructor(
    private readonly store: Store,
    private readonly feed: Feed,
  ) {}

  /** The revision that the caches stand at. */
  get revision(): number {
    return this.feed.revision;
  }

  /** Resolves when the caches hold every write acknowledged before this call. */
  async mostRecent(): Promise<void> {
    const revision = await this.currentRevision();
    if (await this.feed.waitFor(revision, WAIT_MS)) return;
    throw newInternalError(new Error(`the watch cache is at ${this.feed.revision}, behind the store at ${revision}`));
  }

  /** Resolves when the caches are not older than `revision`; fails with 504 if they do not get there. */
  async notOlderThan(revision: number): Promise<void> {
    if (await this.feed.waitFor(revision, WAIT_MS)) return;
    throw newTooLargeResourceVersion(revision, this.feed.revision, 1);
  }

  /**
   * Requests that arrive while the store is being asked share the next question, not the running one: its answer may be older
   * than a write they have seen acknowledged. Its failure is theirs, too: they do not wait for the store to fail again.
   */
  private currentRevision(): Promise<number> {
    if (!this.pending) return this.ask();
    const failed = (error: unknown): never => {
      this.next = undefined;
      throw error;
    };
    return (this.next ??= this.pending.then(() => this.ask(), failed));
  }

  private next: Promise<number> | undefined;

  private ask(): Promise<number> {
    this.next = undefined;
    const asked = this.store.currentRevision().finally(() => {
      if (this.pending === asked) this.pending = undefined;
    });
    this.pending = asked;
    return asked;
  }
}
