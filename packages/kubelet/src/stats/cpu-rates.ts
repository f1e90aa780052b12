interface Sample {
  readonly at: number;
  readonly nanoseconds: number;
  readonly rate?: number;
}

/** Samples that are nearer to each other than this say little. */
const LEAST_MILLISECONDS = 1000;

/** How much of the processors is used now, from what was used altogether at two times. */
export class CpuRates {
  private samples = new Map<string, Sample>();
  private current = new Map<string, Sample>();

  /** Billionths of a processor; undefined as long as it has been measured but once. Times are in milliseconds. */
  rate(key: string, nanoseconds: number, at: number): number | undefined {
    const old = this.samples.get(key);
    const isRestart = old !== undefined && nanoseconds < old.nanoseconds;
    if (old && !isRestart && at - old.at < LEAST_MILLISECONDS) {
      this.current.set(key, old);
      return old.rate;
    }
    const rate = old && !isRestart ? Math.round(((nanoseconds - old.nanoseconds) / (at - old.at)) * 1000) : undefined;
    this.current.set(key, { at, nanoseconds, ...(rate !== undefined && { rate }) });
    return rate;
  }

  /** All have been asked for: what was not is gone. */
  endRound(): void {
    this.samples = this.current;
    this.current = new Map();
  }
}
