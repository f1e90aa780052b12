import { type Clock, type Logger, silentLogger, systemClock } from '@typekube/component-base';
import { keepAlive } from '../cache/keep-alive';
import type { RateLimiter } from '../queue/rate-limiter';
import { WorkQueue } from '../queue/work-queue';
import type { ControllerWatch } from './controller-watch';
import { type ControllerMetrics, noControllerMetrics, type ReconcileResult } from './metrics';

/** A failure that another try would not mend: it is logged and counted, and waits for the next change. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

export interface ReconcileContext {
  /** Is aborted when the time of the call is up, or the controller must end. Pass it to every request. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** How often the key failed since it last succeeded. */
  readonly failures: number;
}

/** When to look again although nothing changes. */
export interface Requeue {
  readonly requeueAfterMilliseconds: number;
}

export interface ControllerOptions {
  readonly name: string;
  readonly watches: readonly ControllerWatch[];
  /**
   * Brings the world nearer to what the object of the key wants. It reads caches, and must do no harm when run again. A throw
   * means: try again later.
   */
  readonly reconcile: (key: string, context: ReconcileContext) => Promise<void | Requeue>;
  /** How many keys are worked on at once. Default 1. */
  readonly workers?: number;
  /** Default: a minute. */
  readonly timeoutMilliseconds?: number;
  /** How long what is under way may take to end on a stop before its signal is aborted. Default 5 seconds. */
  readonly drainMilliseconds?: number;
  readonly limiter?: RateLimiter<string>;
  readonly metrics?: ControllerMetrics;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** Wakes, queues, runs, retries and counts one reconcile function. No key is worked on twice at once. */
export class Controller {
  private readonly queue: WorkQueue<string>;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly metrics: ControllerMetrics;

  constructor(private readonly options: ControllerOptions) {
    const { name, logger = silentLogger, clock = systemClock, metrics = noControllerMetrics, limiter } = options;
    this.logger = logger.child(name);
    this.clock = clock;
    this.metrics = metrics;
    this.queue = new WorkQueue({ clock, metrics: metrics.queue, ...(limiter && { limiter }) });
  }

  /** Wakes it for a key, for reasons that no watch tells. */
  enqueue(key: string): void {
    this.queue.add(key);
  }

  /** The same, later. */
  enqueueAfter(key: string, milliseconds: number): void {
    this.queue.addAfter(key, milliseconds);
  }

  /** Waits for its caches, then works until the signal is aborted; resolves when what was under way has ended. Runs once. */
  async run(signal: AbortSignal): Promise<void> {
    const { watches, workers = 1, drainMilliseconds = 5000 } = this.options;
    const stops = watches.map((watch) => watch.start((key) => this.queue.add(key)));
    const ending = new AbortController();
    const release = keepAlive();
    const onAbort = (): void => {
      this.queue.shutDown();
      this.clock.after(drainMilliseconds, () => ending.abort(signal.reason));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await Promise.all(watches.map((watch) => watch.synced(signal)));
      this.logger.v(2)?.info('Caches are synced', { workers });
      await Promise.all(Array.from({ length: workers }, () => this.work(signal, ending.signal)));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      release();
      this.queue.shutDown();
      for (const stop of stops) stop();
    }
  }

  private async work(signal: AbortSignal, ending: AbortSignal): Promise<void> {
    for (let key = await this.queue.take(); key !== undefined && !signal.aborted; key = await this.queue.take()) {
      this.metrics.ended(await this.process(key, ending));
      this.queue.done(key);
    }
  }

  private async process(key: string, ending: AbortSignal): Promise<ReconcileResult> {
    try {
      const result = await this.call(key, ending);
      this.queue.forget(key);
      if (!result) return 'success';
      this.queue.addAfter(key, result.requeueAfterMilliseconds);
      return 'requeue_after';
    } catch (error) {
      return this.failed(key, error);
    }
  }

  /**
   * Until it ends, even past its time: a key must not be worked on twice at once. Past its time its signal is aborted, and if
   * that does not help, the log says so.
   */
  private async call(key: string, ending: AbortSignal): Promise<void | Requeue> {
    const { timeoutMilliseconds = 60_000, reconcile, name } = this.options;
    const timeout = new AbortController();
    const timer = this.clock.after(timeoutMilliseconds, () => {
      timeout.abort(new Error(`${name} took more than ${timeoutMilliseconds} ms for ${JSON.stringify(key)}`));
      this.logger.warn('Reconciling takes too long; it is told to end', { key });
    });
    const signal = AbortSignal.any([ending, timeout.signal]);
    try {
      return await reconcile(key, { signal, logger: this.logger, failures: this.queue.failures(key) });
    } finally {
      timer.cancel();
    }
  }

  private failed(key: string, error: unknown): ReconcileResult {
    if (error instanceof TerminalError) {
      this.queue.forget(key);
      this.logger.error('Reconciling failed for good', error, { key });
      return 'terminal_error';
    }
    this.logger.error('Reconciling failed; trying again', error, { key, failures: this.queue.failures(key) });
    this.queue.addRateLimited(key);
    return 'error';
  }
}

/** Runs a controller until the signal is aborted and it is drained. */
export function runController(options: ControllerOptions & { readonly signal: AbortSignal }): Promise<void> {
  return new Controller(options).run(options.signal);
}
