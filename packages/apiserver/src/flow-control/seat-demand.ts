/** What the demand for seats was over a period. */
export interface SeatDemand {
  readonly average: number;
  readonly deviation: number;
  readonly highest: number;
}

/** Follows a value that stands until it changes, and tells its average, its deviation and its maximum over the time since the last reset. */
export class SeatDemandIntegrator {
  private value = 0;
  private highest = 0;
  private since: number;
  private elapsed = 0;
  private sum = 0;
  private sumOfSquares = 0;

  /** Times are seconds that only rise. */
  constructor(now: number) {
    this.since = now;
  }

  set(value: number, now: number): void {
    this.integrate(now);
    this.value = value;
    if (value > this.highest) this.highest = value;
  }

  /** Starts a new period with the present value. */
  reset(now: number): SeatDemand {
    this.integrate(now);
    const { elapsed, highest, value } = this;
    const average = elapsed > 0 ? this.sum / elapsed : value;
    const variance = elapsed > 0 ? this.sumOfSquares / elapsed - average * average : 0;
    this.elapsed = 0;
    this.sum = 0;
    this.sumOfSquares = 0;
    this.highest = value;
    return { average, deviation: Math.sqrt(Math.max(0, variance)), highest };
  }

  private integrate(now: number): void {
    const seconds = now - this.since;
    if (seconds <= 0) return;
    this.since = now;
    this.elapsed += seconds;
    this.sum += this.value * seconds;
    this.sumOfSquares += this.value * this.value * seconds;
  }
}

/** How slowly the smoothed demand falls: it rises at once, and loses 2.3 % of what it is too high by each period (upstream's coefficient). */
const SMOOTHING = 0.977;

/** The demand that borrowing reckons with: its average and deviation together, falling slowly. */
export function smoothDemand(smoothed: number, { average, deviation }: SeatDemand): number {
  const envelope = average + deviation;
  return Math.max(envelope, SMOOTHING * smoothed + (1 - SMOOTHING) * envelope);
}
