import { BucketCounts } from './bucket-counts';
import type { CollectedCounts } from './collected-histogram';

/** A histogram for hot paths: what `labels` gives is kept by the caller, and costs nanoseconds to observe. */
export class CountedHistogram<Label extends string> {
  private readonly series = new Map<string, CollectedCounts<Label>>();

  constructor(
    private readonly labelNames: readonly Label[],
    private readonly buckets: readonly number[],
  ) {}

  /** The distribution of one label set, the same one each time. */
  labels(labels: Readonly<Record<Label, string>>): BucketCounts {
    const key = JSON.stringify(this.labelNames.map((name) => labels[name]));
    let series = this.series.get(key);
    if (!series) this.series.set(key, (series = { labels, counts: new BucketCounts(this.buckets) }));
    return series.counts;
  }

  /** Those that have been observed. */
  *collect(): Generator<CollectedCounts<Label>> {
    for (const series of this.series.values()) if (series.counts.count > 0) yield series;
  }
}
