/** The passing of time, so that code that waits can be tested without waiting. */
export interface Clock {
  /** Milliseconds since 1970; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds since some moment; never jumps. For measuring and deadlines. */
  monotonic(): number;
  /** Calls back once after that many milliseconds. A waiting timer does not keep the process alive. */
  after(milliseconds: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const wait = (left: number): NodeJS.Timeout => {
      const next = left > LONGEST_TIMEOUT ? (): void => void (timer = wait(left - LONGEST_TIMEOUT)) : callback;
      return setTimeout(next, Math.min(left, LONGEST_TIMEOUT)).unref();
    };
    let timer = wait(milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A longer timeout of Node.js would end at once: it counts in 31 bits. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Waits; rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
