import { constants } from 'node:os';

/** What is needed of a process; `process` itself fits. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

/** The reason of an abort that a signal caused. */
export class SignalReceived extends Error {
  override readonly name = 'SignalReceived';

  constructor(readonly signal: NodeJS.Signals) {
    super(`received ${signal}`);
  }

  /** The number of the signal. */
  get code(): number {
    return constants.signals[this.signal];
  }
}

const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/**
 * A signal that is aborted at the first SIGINT or SIGTERM; the second ends the process at once with code 1. `close` stops
 * listening.
 */
export function shutdownSignal(source: SignalSource = process): { signal: AbortSignal; close(): void } {
  const controller = new AbortController();
  const listener = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) source.exit(1);
    else controller.abort(new SignalReceived(signal));
  };
  for (const name of STOP_SIGNALS) source.on(name, listener);
  return {
    signal: controller.signal,
    close: () => STOP_SIGNALS.forEach((name) => source.off(name, listener)),
  };
}
