import type { AuditEvent } from './audit-event';

/** Where events go. */
export interface AuditBackend {
  /** Upstream's name of the plugin: `log`, `webhook` or `truncate`. */
  readonly name: string;
  /** Events that were lost. */
  readonly dropped: number;
  /** The one it hands events on to. */
  readonly inner?: AuditBackend;
  /** Returns false only where the request must not go on without its event. */
  take(event: AuditEvent): boolean;
  /** Sends what is left, as far as that is possible in short time. */
  stop(): Promise<void>;
}
