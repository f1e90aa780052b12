import type { AuditEvent } from './audit-event';
import type { AuditBackend } from './backend';

export interface TruncateOptions {
  readonly maxEventBytes: number;
  readonly onError: (error: unknown) => void;
}

/** What one character of an estimate may be in the text of an event: an escape such as `\u003c`, or three bytes of UTF-8. */
const MAX_BYTES_PER_CHAR = 6;

/**
 * Stands before another backend and takes the objects out of events that are too large for it; what is too large even so is lost (upstream's
 * truncate plugin). Only an event that may be too large has its text made before the request goes on.
 */
export class TruncatingBackend implements AuditBackend {
  readonly name = 'truncate';
  dropped = 0;

  constructor(
    readonly inner: AuditBackend,
    private readonly options: TruncateOptions,
  ) {}

  take(event: AuditEvent): boolean {
    const fitting = this.fits(event) ? event : this.truncated(event);
    return !fitting || this.inner.take(fitting);
  }

  stop(): Promise<void> {
    return this.inner.stop();
  }

  private truncated(event: AuditEvent): AuditEvent | undefined {
    const bare = event.withoutObjects();
    if (bare && this.fits(bare)) return bare;
    this.dropped += 1;
    this.options.onError(new Error('event is too large even after truncating'));
    return undefined;
  }

  /** Counted with the line end that upstream writes after it. */
  private fits(event: AuditEvent): boolean {
    const { maxEventBytes } = this.options;
    return event.chars * MAX_BYTES_PER_CHAR < maxEventBytes || Buffer.byteLength(event.json) + 1 <= maxEventBytes;
  }
}
