/** Where a store reports what happens inside it; the composing binary connects these to its logger and its metrics. */
export interface StoreObserver {
  /** One line of log. `fields` are plain values that help to find the cause; never keys' values. */
  readonly log?: ((level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void) | undefined;
  /** One measurement: a duration in seconds, a size in bytes or a count, as the name says. */
  readonly onMetric?: ((name: StoreMetric, value: number) => void) | undefined;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type StoreMetric =
  /** Time from the start of a group commit until it was durable. */
  | 'commit_duration_seconds'
  /** Changes (revisions) in one group commit. */
  | 'commit_changes'
  /** Time it took to bring changes from the log into the database. */
  | 'log_store_duration_seconds'
  /** Commits that failed; nothing of them was written. */
  | 'commit_failures_total'
  /** Time one compaction took, all its steps together. */
  | 'compaction_duration_seconds'
  /** Records of history a compaction removed. */
  | 'compaction_removed_records'
  /** Open watches. */
  | 'watchers'
  /** A watcher fell too far behind its buffer and reads history from disk from here on until it has caught up. */
  | 'watcher_overflows_total'
  /** A watch was opened anew after its connection or its server had gone. */
  | 'watch_resumes_total'
  /** Leases that ran out. */
  | 'leases_expired_total';
