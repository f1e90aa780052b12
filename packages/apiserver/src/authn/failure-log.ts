import type { Clock } from '@typekube/component-base';

export interface FailureLogOptions {
  readonly log: (message: string, error?: unknown) => void;
  /** Lines within one period. */
  readonly maxLines?: number;
  readonly periodMilliseconds?: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Writes why clients are refused, but no more lines than a person can read: whoever guesses passwords shall not fill the disk. */
export function failureLog({ log, maxLines = 10, periodMilliseconds = 1000, clock }: FailureLogOptions): (error: unknown) => void {
  let periodStart = -Infinity;
  let lines = 0;
  let left = 0;
  return (error) => {
    const now = clock.monotonic();
    if (now - periodStart >= periodMilliseconds) {
      if (left) log(`Unable to authenticate ${left} more requests`);
      periodStart = now;
      lines = 0;
      left = 0;
    }
    if (lines >= maxLines) left += 1;
    else log('Unable to authenticate the request', error);
    lines += 1;
  };
}
