import { type Clock, systemClock, type Timer } from '@typekube/component-base';
import { noQueueMetrics, type QueueMetrics, QueueTimes } from './metrics';
import { controllerRateLimiter, type RateLimiter } from './rate-limiter';

export interface WorkQueueOptions<K> {
  readonly clock?: Clock;
  readonly limiter?: RateLimiter<K>;
  readonly metrics?: QueueMetrics;
}

interface Delayed {
  readonly at: number;
  readonly timer: Timer;
}

/**
 * Items to work on, as client-go's work queue. An item stands in it once, however often it is added; it is never given out
 * twice at once; what is added while it is worked on comes again when that is done. Three sets hold this: *dirty* wants work,
 * *queued* is dirty and may be given out (in order), *processing* has been given out.
 */
export class WorkQueue<K> {
  private readonly dirty = new Set<K>();
  private readonly queued = new Set<K>();
  private readonly processing = new Set<K>();
  private readonly delayed = new Map<K, Delayed>();
  private readonly takers: ((item: K | undefined) => void)[] = [];
  private readonly onDrained: (() => void)[] = [];
  private readonly clock: Clock;
  private readonly limiter: RateLimiter<K>;
  private readonly metrics: QueueMetrics;
  private readonly times: QueueTimes<K>;
  private closed = false;

  constructor(options: WorkQueueOptions<K> = {}) {
    const { clock = systemClock, metrics = noQueueMetrics } = options;
    this.clock = clock;
    this.metrics = metrics;
    this.limiter = options.limiter ?? controllerRateLimiter<K>({ clock });
    this.times = new QueueTimes(metrics, clock);
  }

  /** How many items may be given out now. */
  get size(): number {
    return this.queued.size;
  }

  /** Nothing is added any more. */
  get isShutDown(): boolean {
    return this.closed;
  }

  add(item: K): void {
    if (this.closed || this.dirty.has(item)) return;
    this.dirty.add(item);
    this.times.queued(item);
    if (!this.processing.has(item)) this.enqueue(item);
  }

  /** Adds after that many milliseconds. Of several delays of one item the one that ends first counts. */
  addAfter(item: K, milliseconds: number): void {
    if (this.closed) return;
    if (milliseconds <= 0) return this.add(item);
    const at = this.clock.monotonic() + milliseconds;
    const pending = this.delayed.get(item);
    if (pending && pending.at <= at) return;
    pending?.timer.cancel();
    const timer = this.clock.after(milliseconds, () => {
      this.delayed.delete(item);
      this.add(item);
    });
    this.delayed.set(item, { at, timer });
  }

  /** Adds an item that failed, when its limiter lets it. */
  addRateLimited(item: K): void {
    this.metrics.retried();
    this.addAfter(item, this.limiter.when(item));
  }

  /** The item succeeded: its next failure counts as the first. It does not end a wait that has begun. */
  forget(item: K): void {
    this.limiter.forget(item);
  }

  /** How often the item failed since it was forgotten. */
  failures(item: K): number {
    return this.limiter.failures(item);
  }

  /** The next item, when there is one; undefined when the queue is shut down and empty. Call `done` with it afterwards. */
  take(): Promise<K | undefined> {
    for (const item of this.queued) return Promise.resolve(this.giveOut(item));
    if (this.closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.takers.push(resolve));
  }

  /** Work on the item has ended, well or not. */
  done(item: K): void {
    this.processing.delete(item);
    this.times.done(item);
    if (this.dirty.has(item)) this.enqueue(item);
    this.noteDrained();
  }

  /** Takes nothing more. What is queued is still given out; what is delayed is dropped. */
  shutDown(): void {
    this.closed = true;
    for (const { timer } of this.delayed.values()) timer.cancel();
    this.delayed.clear();
    for (const taker of this.takers.splice(0)) taker(undefined);
  }

  /** Shuts down, and resolves when nothing is queued or worked on any more. */
  drain(): Promise<void> {
    this.shutDown();
    return new Promise((resolve) => {
      this.onDrained.push(resolve);
      this.noteDrained();
    });
  }

  private enqueue(item: K): void {
    this.queued.add(item);
    const taker = this.takers.shift();
    if (taker) taker(this.giveOut(item));
    else this.metrics.depth(this.queued.size);
  }

  private giveOut(item: K): K {
    this.queued.delete(item);
    this.dirty.delete(item);
    this.processing.add(item);
    this.times.started(item);
    this.metrics.depth(this.queued.size);
    return item;
  }

  private noteDrained(): void {
    if (!this.closed || this.processing.size > 0 || this.queued.size > 0) return;
    for (const resolve of this.onDrained.splice(0)) resolve();
  }
}
