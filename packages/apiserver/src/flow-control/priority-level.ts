import type { flowcontrolv1 } from '@typekube/api';
import type { Clock } from '@typekube/component-base';
import type { SeatLimits, Shares } from './concurrency';
import type { LoopTurns } from './loop-turns';
import { QueueSet } from './queue-set';
import { RetryAfter } from './retry-after';
import { smoothDemand, type SeatDemand } from './seat-demand';

export type LevelObject = Pick<flowcontrolv1.PriorityLevelConfiguration, 'metadata' | 'spec'>;

const NO_DEMAND: SeatDemand = { average: 0, deviation: 0, highest: 0 };

/** A priority level while it runs: its present rules, its seats, its queues. */
export class PriorityLevel {
  readonly queues: QueueSet;
  readonly retryAfter: RetryAfter;
  limits: SeatLimits = { nominal: 0, lower: 0, upper: 0 };
  /** Seats with what is lent and borrowed at present; undefined until it has been reckoned for the first time. */
  seats: number | undefined;
  demand = NO_DEMAND;
  smoothedDemand = 0;
  /** What borrowing aimed at the last time. */
  target = 0;
  /** Its object is gone; it stays until its last request has left. */
  isQuiescing = false;

  constructor(
    readonly name: string,
    public object: LevelObject,
    clock: Clock,
    turns?: LoopTurns,
  ) {
    this.queues = new QueueSet(clock, turns);
    this.retryAfter = new RetryAfter(clock);
  }

  get uid(): string {
    return this.object.metadata.uid ?? '';
  }

  get isExempt(): boolean {
    return this.object.spec?.type === 'Exempt';
  }

  /** -1 for no limit, 0 for none. */
  get queueCount(): number {
    return this.isExempt ? -1 : (this.queuing?.queues ?? 0);
  }

  get handSize(): number {
    return this.queuing?.handSize ?? 1;
  }

  /** The most seats that one request may ask for, so that it does not have the level for itself. 0: as many as any. */
  get maxSeats(): number {
    if (!this.queuing) return 0;
    const { nominal } = this.limits;
    return Math.max(1, Math.min(Math.ceil(nominal * MAX_SEATS_FRACTION), Math.floor(nominal / this.handSize)));
  }

  get shares(): Shares {
    const { exempt, limited } = this.object.spec ?? {};
    return {
      shares: (limited ?? exempt)?.nominalConcurrencyShares ?? (limited ? DEFAULT_SHARES : 0),
      lendablePercent: (limited ?? exempt)?.lendablePercent ?? 0,
      borrowingLimitPercent: limited?.borrowingLimitPercent,
    };
  }

  /** Takes its demand since the last time into account. */
  takeDemand(nowSeconds: number): void {
    this.demand = this.queues.demand.reset(nowSeconds);
    this.smoothedDemand = smoothDemand(this.smoothedDemand, this.demand);
  }

  /** Puts its rules and these seats in force. */
  apply(seats: number): void {
    this.seats = seats;
    this.queues.configure({ queues: this.queueCount, queueLengthLimit: this.queuing?.queueLengthLimit ?? 0 }, seats);
  }

  private get queuing(): flowcontrolv1.QueuingConfiguration | undefined {
    return this.object.spec?.limited?.limitResponse?.queuing;
  }
}

const MAX_SEATS_FRACTION = 0.15;
const DEFAULT_SHARES = 30;

/** What keeps an object from being used, though it has been accepted; upstream ignores such levels. */
export function problemOf({ metadata: { name }, spec }: LevelObject): string | undefined {
  if ((spec?.type === 'Limited') !== (spec?.limited !== undefined)) return 'broken union structure at the top, for Limited';
  if ((spec?.type === 'Exempt') !== (name === 'exempt')) return 'non-alignment between name and type';
  const response = spec?.limited?.limitResponse;
  if (response && (response.type === 'Reject') !== (response.queuing === undefined)) return 'broken union structure for limit response';
  return undefined;
}
