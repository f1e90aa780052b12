/** A distribution that costs nanoseconds to observe: for paths where a metric of the library would cost more than the work itself. */
export class BucketCounts {
  /** By bucket; the last one is for what is above all bounds. Not cumulative. */
  readonly counts: number[];
  sum = 0;
  count = 0;

  /** `bounds` are the upper bounds, in order. */
  constructor(readonly bounds: readonly number[]) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.bounds.length && value > this.bounds[i]!) i += 1;
    this.counts[i]! += 1;
    this.count += 1;
    this.sum += value;
  }
}
