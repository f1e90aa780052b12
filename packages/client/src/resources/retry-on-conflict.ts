import { hasReason } from '@typekube/apimachinery';
import { type Clock, sleep, systemClock } from '@typekube/component-base';

export interface ConflictRetry {
  /** Default 5, as upstream's DefaultRetry. */
  readonly attempts?: number;
  /** The pause, of which up to a tenth more is random. Default 10. */
  readonly milliseconds?: number;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Runs again while it fails with `Conflict`: it must read the object anew each time. Any other error, and the last one, is
 * thrown.
 */
export async function retryOnConflict<T>(run: () => Promise<T>, options: ConflictRetry = {}): Promise<T> {
  const { attempts = 5, milliseconds = 10, clock = systemClock, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!hasReason(error, 'Conflict') || attempt >= attempts) throw error;
      await sleep(clock, milliseconds * (1 + Math.random() * 0.1), signal);
    }
  }
}
