import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type CollectedCounts, histogramText } from './collected-histogram';
import { CountedHistogram } from './counted-histogram';
import { PromCounter, PromGauge, PromHistogram, PromRegistry } from './prom-client';

/** How far a metric may be relied on; upstream writes it before the help text. */
export type StabilityLevel = 'ALPHA' | 'BETA' | 'STABLE';

export interface MetricOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly Label[];
  /** Default ALPHA, as upstream. */
  readonly stability?: StabilityLevel;
  /** The release since which nobody should rely on it any more, as `1.34.0`. */
  readonly deprecatedVersion?: string;
}

/** What upstream counts metrics by. */
export interface MetricSort {
  readonly stability: StabilityLevel;
  readonly deprecatedVersion: string;
}

export interface MetricsText {
  readonly body: string;
  readonly contentType: string;
}

/** The metrics of one process, and their text for `/metrics`. */
export class MetricsRegistry {
  private readonly registry = new PromRegistry();
  /** Texts of what is counted elsewhere. */
  private readonly texts: (() => string)[] = [];
  private readonly sorts: MetricSort[] = [];
  /** The text that is being made, and the one that waits for it. */
  private current: Promise<MetricsText> | undefined;
  private next: Promise<MetricsText> | undefined;

  /** Of each metric there is. */
  get registered(): readonly MetricSort[] {
    return this.sorts;
  }

  /**
   * A count that only rises. For hot paths keep `counter.labels(…)`. With `collect` it is added up anew, from zero, whenever metrics
   * are read.
   */
  counter<Label extends string = never>(
    options: MetricOptions<Label> & { readonly collect?: (counter: Counter<Label>) => void },
  ): Counter<Label> {
    const { collect } = options;
    if (!collect) return new PromCounter(this.configuration(options));
    return new PromCounter<Label>({
      ...this.configuration(options),
      collect() {
        this.reset();
        collect(this);
      },
    });
  }

  /** A value that rises and falls. With `collect` it is set anew whenever metrics are read, which waits for it. */
  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { readonly collect?: (gauge: Gauge<Label>) => void | Promise<void> },
  ): Gauge<Label> {
    const { collect } = options;
    if (!collect) return new PromGauge(this.configuration(options));
    return new PromGauge<Label>({
      ...this.configuration(options),
      collect() {
        return collect(this);
      },
    });
  }

  /** A distribution over buckets, given by their upper bounds. */
  histogram<Label extends string = never>(
    options: MetricOptions<Label> & { readonly buckets: readonly number[] },
  ): Histogram<Label> {
    return new PromHistogram({ ...this.configuration(options), buckets: [...options.buckets] });
  }

  /** The same for hot paths: observing a kept label set costs nanoseconds. */
  countedHistogram<Label extends string>(options: MetricOptions<Label> & { readonly buckets: readonly number[] }): CountedHistogram<Label> {
    const histogram = new CountedHistogram(options.labelNames ?? [], options.buckets);
    this.collectedHistogram(options, () => histogram.collect());
    return histogram;
  }

  /** Distributions that are counted elsewhere, in `BucketCounts`, and read whenever metrics are. */
  collectedHistogram<Label extends string>(
    options: MetricOptions<Label>,
    collect: () => Iterable<CollectedCounts<Label>>,
  ): void {
    const { name, help } = this.configuration(options);
    this.texts.push(() => histogramText(name, help, collect()));
  }

  /**
   * All metrics in the Prometheus text format. Who asks while a text is made shares the one after it with all others that wait: nobody
   * reads counts from before it asked, and a hundred readers at once cost two texts, not a hundred.
   */
  expose(): Promise<MetricsText> {
    this.next ??= this.exposeAfter(this.current);
    return this.next;
  }

  private async exposeAfter(previous: Promise<MetricsText> | undefined): Promise<MetricsText> {
    // Its own readers are told how it failed. What the network has brought meanwhile comes first, and shares this one.
    await Promise.allSettled([previous, nextTurn()]);
    const own = this.next;
    this.current = own;
    this.next = undefined;
    try {
      const body = [await this.registry.metrics(), ...this.texts.map((text) => text())].join('\n');
      return { body, contentType: this.registry.contentType };
    } finally {
      // A text of megabytes goes with its readers.
      if (this.current === own) this.current = undefined;
    }
  }

  private configuration<Label extends string>({ name, help, labelNames = [], stability = 'ALPHA', deprecatedVersion = '' }: MetricOptions<Label>): {
    name: string;
    help: string;
    labelNames: readonly Label[];
    registers: Registry[];
  } {
    this.sorts.push({ stability, deprecatedVersion });
    const deprecation = deprecatedVersion && `(Deprecated since ${deprecatedVersion}) `;
    return { name, help: `[${stability}] ${deprecation}${help}`, labelNames, registers: [this.registry] };
  }
}

/** Bucket bounds `start`, `start * factor`, … (prometheus.ExponentialBuckets) */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start * factor ** i);
}

/** Bucket bounds `start`, `start + width`, … (prometheus.LinearBuckets) */
export function linearBuckets(start: number, width: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + width * i);
}
