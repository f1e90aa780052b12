import type { Pod } from './objects';

/** A pod in the scheduling queue, and what its attempts have come to. Times are milliseconds of the queue's clock. */
export interface QueuedPod {
  pod: Pod;
  readonly uid: string;
  /** When it last entered the queue. */
  timestamp: number;
  /** How often it has been tried. */
  attempts: number;
  /** When it was first tried. */
  initialAttemptTimestamp: number | undefined;
  /** How often in all no node was found; the backoff grows with it. */
  unschedulableCount: number;
  /** How often in a row an attempt broke; the backoff grows with it instead, while it is not 0. */
  consecutiveErrors: number;
  /** Who refused it in the last attempt. */
  unschedulablePlugins: ReadonlySet<string>;
  /** Who refused it and will act itself. */
  pendingPlugins: ReadonlySet<string>;
  /** The plugin whose PreEnqueue keeps it out of the queue. */
  gatingPlugin: string | undefined;
}
