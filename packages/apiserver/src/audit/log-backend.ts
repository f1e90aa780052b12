import type { Clock, Timer } from '@typekube/component-base';
import type { AuditEvent } from './audit-event';
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

/** How long events wait for others, and how many characters of them. */
const GATHER_MS = 5;
const GATHER_CHARS = 1024 * 1024;

/** Writes each event as a line. */
export class LogBackend implements AuditBackend {
  readonly name = 'log';
  private readonly buffer: BatchBuffer | undefined;
  private readonly lines = new LineBuffer();
  private gathered: AuditEvent[] = [];
  private gatheredChars = 0;
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
    const { buffer, options } = this;
    if (options.mode === 'blocking-strict') return this.sendLine(this.lineOf(event)) || event.stage !== 'RequestReceived';
    if (buffer) buffer.add(event);
    else this.gather(event);
    return true;
  }

  async stop(): Promise<void> {
    await this.buffer?.stop();
    this.flush();
    this.sink.close();
  }

  /** One write for all events of a moment costs hardly more than one of a single line, and their texts are made faster in a row. */
  private gather(event: AuditEvent): void {
    this.gathered.push(event);
    this.gatheredChars += event.chars;
    if (this.gatheredChars > GATHER_CHARS) this.flush();
    else this.timer ??= this.options.clock.after(GATHER_MS, () => this.flush());
  }

  private flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const events = this.gathered;
    this.gathered = [];
    this.gatheredChars = 0;
    this.writeAll(events);
  }

  private writeAll(events: readonly AuditEvent[]): void {
    const { lines } = this;
    for (const event of events) {
      const line = this.lineOf(event);
      if (lines.add(line)) continue;
      this.sendLines();
      if (!lines.add(line)) this.sendLine(line);
    }
    this.sendLines();
  }

  private sendLines(): void {
    const { count } = this.lines;
    if (count > 0) this.send(this.lines.take(), count);
  }

  private sendLine(line: string): boolean {
    return this.send(Buffer.from(`${line}\n`), 1);
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

  private lineOf(event: AuditEvent): string {
    return this.options.format === 'json' ? event.json : legacyLine(event.summary(), event.stage);
  }
}
