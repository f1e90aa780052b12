import type { Clock, Timer } from '@typekube/component-base';
import type { AuditEvent } from './audit-record';
import type { AuditBackend } from './backend';
import { BatchBuffer, type BatchOptions } from './batch-buffer';
import { legacyLine } from './legacy-line';

/** Where lines go: a rotated file, or standard output. */
export interface LineSink {
  /** Throws if it cannot. */
  write(text: string): void;
  close(): void;
}

export interface LogBackendOptions {
  readonly format: 'json' | 'legacy';
  /** `blocking`: written within milliseconds; `blocking-strict`: also a request whose event cannot be written is refused. */
  readonly mode: 'batch' | 'blocking' | 'blocking-strict';
  readonly batch: BatchOptions;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** How long lines wait for others, and how much is gathered at most. */
const GATHER_MS = 5;
const GATHER_CHARS = 256 * 1024;

/** Writes each event as a line. */
export class LogBackend implements AuditBackend {
  readonly name = 'log';
  private readonly buffer: BatchBuffer | undefined;
  private lines: string[] = [];
  private gathered = 0;
  private timer: Timer | undefined;
  private lost = 0;

  constructor(
    private readonly sink: LineSink,
    private readonly options: LogBackendOptions,
  ) {
    const { mode, batch, clock } = options;
    if (mode === 'batch') this.buffer = new BatchBuffer(batch, clock, (events) => Promise.resolve(this.writeAll(events)));
  }

  get dropped(): number {
    return this.lost + (this.buffer?.dropped ?? 0);
  }

  take(event: AuditEvent): boolean {
    if (this.buffer) {
      this.buffer.add(event);
      return true;
    }
    if (this.options.mode === 'blocking-strict') {
      const isWritten = this.write([this.lineOf(event)]);
      return isWritten || event.stage !== 'RequestReceived';
    }
    // One write for all events of a moment: it costs hardly more than one of a single line.
    const line = this.lineOf(event);
    this.gathered += line.length;
    if (this.lines.push(line) === 1) this.timer = this.options.clock.after(GATHER_MS, () => this.flush());
    else if (this.gathered >= GATHER_CHARS) this.flush();
    return true;
  }

  async stop(): Promise<void> {
    await this.buffer?.stop();
    this.flush();
    this.sink.close();
  }

  private writeAll(events: readonly AuditEvent[]): void {
    this.write(events.map((event) => this.lineOf(event)));
  }

  private flush(): void {
    const { lines } = this;
    if (!lines.length) return;
    this.timer?.cancel();
    this.lines = [];
    this.gathered = 0;
    this.write(lines);
  }

  private write(lines: readonly string[]): boolean {
    try {
      this.sink.write(lines.join(''));
      return true;
    } catch (error) {
      this.lost += lines.length;
      this.options.onError(error);
      return false;
    }
  }

  private lineOf({ json, summary, stage }: AuditEvent): string {
    return this.options.format === 'json' ? `${json}\n` : `${legacyLine(summary(), stage)}\n`;
  }
}
