import { newInternalError, StatusError } from '@typekube/apimachinery';
import type { Entry } from '../cache/entry';
import type { Representation } from './representation';
import type { WatchStream } from './watch-stream';

/** Events that may wait for a webhook: who is further behind lists anew. */
const MAX_WAITING = 1_000;

/** Keeps the events of a watch in their order where its form has to be prepared, each until those before it are sent. */
export class FrameOrder {
  private tail: Promise<void> | undefined;
  private waiting = 0;
  private sent = 0;

  constructor(
    private readonly form: Pick<Representation, 'prepare'>,
    private readonly stream: Pick<WatchStream, 'fail' | 'end'>,
  ) {}

  /** While something waits: all events up to here are sent. */
  get sentUpTo(): number | undefined {
    return this.tail && this.sent;
  }

  /** Sends what tells of the entries, of that revision, once they are prepared and all before is sent. */
  run(entries: readonly Entry[], revision: number, send: () => void): void {
    const preparing = this.form.prepare?.(entries);
    // Somebody else may have an error of it, too; it is told when its turn comes.
    preparing?.catch(() => undefined);
    if (!preparing && !this.tail) {
      this.sent = revision;
      return send();
    }
    this.waiting += 1;
    if (this.waiting > MAX_WAITING) return this.stream.end();
    const next: Promise<void> = Promise.all([this.tail, preparing])
      .then(() => {
        this.sent = revision;
        send();
      })
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.waiting -= 1;
        if (this.tail === next) this.tail = undefined;
      });
    this.tail = next;
  }

  private fail(error: unknown): void {
    this.stream.fail(error instanceof StatusError ? error : newInternalError(error as Error));
  }
}
