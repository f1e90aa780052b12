import type { StatusError } from '@typekube/apimachinery';
import type { ApiResponse } from '../http/messages';
import type { WatchFraming } from './watch-framing';

export interface WatchStreamLimits {
  /** Bytes that may wait for a slow client; past that its watch is closed, and it must list again. */
  readonly maxPendingBytes: number;
  readonly bookmarkMs: number;
}

export const DEFAULT_STREAM_LIMITS: WatchStreamLimits = { maxPendingBytes: 16 * 1024 * 1024, bookmarkMs: 60_000 };

/**
 * The answer of one watch. Frames sent within one turn of the event loop go out in one write. A client that does not read is
 * cut off, so that it holds neither memory nor others up.
 */
export class WatchStream {
  private pending: Buffer[] = [];
  private isOpen = true;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly closers: (() => void)[] = [];

  constructor(
    private readonly response: ApiResponse,
    private readonly framing: WatchFraming,
    timeoutSeconds: number,
    private readonly limits: WatchStreamLimits = DEFAULT_STREAM_LIMITS,
  ) {
    response.on('close', () => this.closed());
    this.timers.push(setTimeout(() => this.end(), timeoutSeconds * 1000));
  }

  send(frame: Buffer): void {
    if (!this.isOpen) return;
    if (this.pending.push(frame) === 1) flushLater(this);
  }

  /** Ends with an ERROR event. */
  fail(error: StatusError): void {
    this.send(this.framing.frame('ERROR', this.framing.status(error.status)));
    this.end();
  }

  end(): void {
    if (!this.isOpen) return;
    this.flush();
    this.response.end();
    this.closed();
  }

  /** Runs once, when the watch is over for whatever reason. */
  onClose(closer: () => void): void {
    if (this.isOpen) this.closers.push(closer);
    else closer();
  }

  /** Sends a bookmark from time to time. */
  everyBookmark(make: () => Buffer): void {
    if (this.isOpen) this.timers.push(setInterval(() => this.send(make()), this.limits.bookmarkMs));
  }

  flush(): void {
    if (!this.isOpen || !this.pending.length) return;
    const { pending } = this;
    this.pending = [];
    this.response.write(pending.length === 1 ? pending[0] : Buffer.concat(pending));
    if (this.response.writableLength <= this.limits.maxPendingBytes) return;
    this.response.destroy();
    this.closed();
  }

  private closed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.pending = [];
    for (const timer of this.timers) clearTimeout(timer);
    for (const closer of this.closers) closer();
  }
}

let waiting: WatchStream[] = [];

/** One immediate for all streams of a turn: what happens in a turn of the loop is written at its end. */
function flushLater(stream: WatchStream): void {
  if (waiting.push(stream) > 1) return;
  setImmediate(() => {
    const streams = waiting;
    waiting = [];
    for (const each of streams) each.flush();
  });
}
