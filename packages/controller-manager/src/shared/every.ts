import { type Clock, type Logger, sleep } from '@typekube/component-base';

export interface Periodic {
  readonly name: string;
  readonly milliseconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Works again and again, with a pause in between, until the signal is aborted. A failure is logged: the next time may do. */
export async function every({ name, milliseconds, clock, logger, work }: Periodic, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) logger.child(name).error('Failed; trying again', error);
    }
    await sleep(clock, milliseconds, signal).catch(() => undefined);
  }
}
