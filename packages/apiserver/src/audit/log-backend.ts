import type { Clock, Timer } from '@typekube/component-base';
import type { AuditEvent } from './audit-record';
import type { AuditBackend } from './backend';
import { BatchBuffer, type BatchOptions } from './batch-buffer';
import { legacyLine } from './legacy-line';
import { LineBuffer } from './line-buffer';

/** Where lines go: a rotated file, or standard output. */
export interface LineSink {
  /** Throws if it cannot. The bytes are the caller's again when it returns. */
  write(bytes: Uint8Array): void;
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

/** How long lines wait for others. */
const GATHER_MS = 5;

/** Writes each event as a line. */
export class LogBackend implements AuditBackend {
  readonly name = 'log';
  private readonly buffer: BatchBuffer | undefined;
  private readonly lines = new LineBuffer();
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
    this.gather(this.lineOf(event));
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

  private gather(line: string): void {
    if (!this.lines.add(line)) {
      this.flush();
      if (!this.lines.add(line)) return void this.write([line]);
    }
    this.timer ??= this.options.clock.after(GATHER_MS, () => this.flush());
  }

  private flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const { count } = this.lines;
    if (count > 0) this.send(this.lines.take(), count);
  }

  private write(lines: readonly string[]): boolean {
    return this.send(Buffer.from(lines.join('')), lines.length);
  }

  private send(bytes: Uint8Array, count: number): boolean {
    try {
      this.sink.write(bytes);
      return true;
    } catch (error) {
      this.lost += count;
      this.options.onError(error);
      return false;
    }
  }

  private lineOf({ json, summary, stage }: AuditEvent): string {
    return this.options.format === 'json' ? `${json}\n` : `${legacyLine(summary(), stage)}\n`;
  }
}
