import { type Clock, type Logger, sleep } from '@typekube/component-base';
import type { MetricsServerMetrics } from '../metrics';
import type { MetricsStorage } from '../storage/storage';
import type { Scraper } from './scraper';

export interface ScrapeLoopOptions {
  readonly scraper: Pick<Scraper, 'scrape'>;
  readonly storage: MetricsStorage;
  /** Milliseconds from the begin of one scrape to that of the next. */
  readonly resolution: number;
  readonly metrics: MetricsServerMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A round may begin late by half of the time between two before something is wrong. */
const PATIENCE = 1.5;

/** Scrapes again and again, and stores what it finds. */
export class ScrapeLoop {
  private lastStart: number | undefined;

  constructor(private readonly options: ScrapeLoopOptions) {}

  /** Resolves when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, resolution } = this.options;
    while (!signal.aborted) {
      const started = clock.monotonic();
      this.lastStart = started;
      await this.round(signal);
      // At least a moment, so that a slow round does not keep the process from all else.
      const left = Math.max(1, started + resolution - clock.monotonic());
      await sleep(clock, left, signal).catch(() => undefined);
    }
  }

  /** Throws where no round has begun for too long. */
  checkTimely(): void {
    const { clock, resolution } = this.options;
    if (this.lastStart !== undefined && clock.monotonic() - this.lastStart > PATIENCE * resolution) throw new Error("metric collection didn't finish on time");
  }

  private async round(signal: AbortSignal): Promise<void> {
    const { scraper, storage, resolution, metrics, clock, log } = this.options;
    const started = clock.monotonic();
    const timeout = new AbortController();
    const timer = clock.after(resolution, () => timeout.abort(new Error('the time of this scrape is over')));
    try {
      storage.store(await scraper.scrape(AbortSignal.any([signal, timeout.signal])));
      metrics.roundDone((clock.monotonic() - started) / 1000, storage.counts());
    } catch (error) {
      log.error('A scrape failed', error);
    } finally {
      timer.cancel();
    }
  }
}
