import { BucketCounts } from '@typekube/component-base';
import type { RejectReason } from './flow-request';

/** Buckets of durations in seconds, upstream's. */
const DURATIONS = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const QUEUE_LENGTHS = [0, 10, 25, 50, 100, 250, 500, 1000];
const SEATS = [1, 2, 4, 10];
const WATCHERS = [0, 1, 10, 100, 1000, 10_000];

/** What is counted of one schema at one priority level; read by the metrics. */
export class FlowStats {
  dispatches = 0;
  readonly rejects: Partial<Record<RejectReason, number>> = {};
  executing = 0;
  waiting = 0;
  seatsInUse = 0;
  seatsWaiting = 0;
  noAccommodation = 0;
  readonly seats = new BucketCounts(SEATS);
  readonly queueLength = new BucketCounts(QUEUE_LENGTHS);
  readonly watchers = new BucketCounts(WATCHERS);
  readonly executionSeconds = { regular: new BucketCounts(DURATIONS), watch: new BucketCounts(DURATIONS) };
  readonly waitSeconds = { true: new BucketCounts(DURATIONS), false: new BucketCounts(DURATIONS) };

  constructor(
    readonly level: string,
    readonly schema: string,
  ) {}

  dispatched(waitedSeconds: number, seats: number): void {
    this.dispatches += 1;
    this.executing += 1;
    this.seatsInUse += seats;
    this.waited(waitedSeconds, true);
  }

  waited(seconds: number, execute: boolean): void {
    this.waitSeconds[execute ? 'true' : 'false'].observe(seconds);
  }

  executed(seconds: number, isWatch: boolean): void {
    this.executing -= 1;
    this.executionSeconds[isWatch ? 'watch' : 'regular'].observe(seconds);
  }

  rejected(reason: RejectReason): void {
    this.rejects[reason] = (this.rejects[reason] ?? 0) + 1;
  }
}
