import { type Clock, sleep } from '@typekube/component-base';

export interface RepeatOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/**
 * Does `work` again and again, `intervalMs` after its last end, beginning with a pause. Resolves when aborted and work under way has
 * ended.
 */
export async function repeat(work: () => Promise<void>, { clock, intervalMs, signal, onError }: RepeatOptions): Promise<void> {
  while (await pause(clock, intervalMs, signal)) {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  }
}

/** False if aborted. */
async function pause(clock: Clock, intervalMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(clock, intervalMs, signal);
    return true;
  } catch {
    return false;
  }
}
