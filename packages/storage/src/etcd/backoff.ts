import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 20;
const MAX_MS = 2000;

/** Waits that double from 20 ms to 2 s, each shortened at random by up to a half so that clients do not come back in step. */
export class Backoff {
  private nextMs = FIRST_MS;

  /** Resolves after the next wait, at most `maxMs`; at once when the signal is aborted. */
  async wait(signal?: AbortSignal, maxMs = MAX_MS): Promise<void> {
    const delay = Math.min(this.nextMs * (1 - Math.random() / 2), maxMs);
    this.nextMs = Math.min(this.nextMs * 2, MAX_MS);
    await sleep(delay, undefined, { signal }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  }

  reset(): void {
    this.nextMs = FIRST_MS;
  }
}
