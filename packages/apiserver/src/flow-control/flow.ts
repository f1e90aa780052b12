import type { FlowStats } from './flow-stats';
import type { PriorityLevel } from './priority-level';

/** What the answer's headers tell of the classification. */
export interface FlowHeaders {
  readonly flowSchemaUid: string;
  readonly priorityLevelUid: string;
}

/** The requests of one schema that count as one: of one user or one namespace, or all of them. */
export interface Flow {
  readonly schema: string;
  readonly distinguisher: string;
  readonly level: PriorityLevel;
  /** The indexes of the queues that its requests may wait in; empty where there are none. */
  readonly hand: readonly number[];
  readonly stats: FlowStats;
  readonly headers: FlowHeaders;
}
