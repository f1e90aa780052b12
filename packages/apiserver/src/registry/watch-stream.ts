import type { Writable } from 'node:stream';
import type { StatusError } from '@typekube/apimachinery';
import { breakOff } from '../http/messages';
import type { WatchFraming } from './watch-framing';

export interface WatchStreamLimits {
  /** Bytes that may wait for a slow client; past that its watch is closed, and it must list again. */
  readonly maxPendingBytes: number;
  readonly bookmarkMs: number;
}

/** Bytes of the first frames made at once, before the client has to take them. */
const CHUNK_BYTES = 256 * 1024;

export const DEFAULT_STREAM_LIMITS: WatchStreamLimits = { maxPendingBytes: 16 * 1024 * 1024, bookmarkMs: 60_000 };

/**
 * The answer of one watch. Frames sent within one turn of the event loop go out in one write. A client that does not read is
 * cut off, so that it holds neither memory nor others up.
 */
export class WatchStream {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  /** What goes out before `pending`. */
  private first: Iterator<Buffer> | undefined;
  private isOpen = true;
  /** What frames are written to: over HTTP/2 the stream itself, as the response only hands on. */
  private readonly sink: Writable;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly closers: (() => void)[] = [];

  constructor(
    /** The answer, or the connection that took its place. */
    private readonly response: Writable,
    private readonly framing: WatchFraming,
    timeoutSeconds: number,
    private readonly limits: WatchStreamLimits = DEFAULT_STREAM_LIMITS,
  ) {
    const { stream } = response as Writable & { readonly stream?: Writable };
    this.sink = stream ?? response;
    response.on('close', () => this.closed());
    response.on('drain', () => this.flush());
    this.timers.push(setTimeout(() => this.end(), timeoutSeconds * 1000));
  }

  send(frame: Buffer): void {
    if (!this.isOpen) return;
    this.pendingBytes += frame.length;
    if (this.pending.push(frame) === 1) flushLater(this);
  }

  /**
   * Sends a state, which may be larger than what may wait: frames are made as the client takes them, `end` after them, and what is sent
   * meanwhile waits. Returns whether there were any frames.
   */
  sendFirst(frames: Iterator<Buffer>, end: Iterator<Buffer> | readonly Buffer[]): boolean {
    const { value, done } = frames.next();
    this.first = joined(done ? [] : [value], frames, end);
    this.flush();
    return !done;
  }

  /** Ends with an ERROR event. */
  fail(error: StatusError): void {
    this.send(this.framing.frame('ERROR', this.framing.status(error.status)));
    this.end();
  }

  end(): void {
    this.flush();
    if (!this.isOpen) return;
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
    if (!this.isOpen) return;
    this.flushFirst();
    if (!this.first && this.pending.length) {
      const { pending } = this;
      this.pendingBytes = 0;
      this.sink.write(pending.length === 1 ? pending.pop() : joinFrames(pending.splice(0)));
    }
    if (this.sink.writableLength + this.pendingBytes <= this.limits.maxPendingBytes) return;
    breakOff(this.response);
    this.closed();
  }

  private flushFirst(): void {
    while (this.first && this.sink.writableLength < CHUNK_BYTES) {
      const chunk = takeBytes(this.first, CHUNK_BYTES);
      if (chunk.length) this.sink.write(chunk);
      else this.first = undefined;
    }
  }

  private closed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.pending = [];
    this.first = undefined;
    for (const timer of this.timers) clearTimeout(timer);
    for (const closer of this.closers) closer();
  }
}

function* joined(...parts: (Iterator<Buffer> | readonly Buffer[])[]): Generator<Buffer, void> {
  for (const part of parts) {
    if (!('next' in part)) yield* part;
    else for (let item = part.next(); !item.done; item = part.next()) yield item.value;
  }
}

/** Frames of at least so many bytes, joined; fewer at the end. */
function takeBytes(frames: Iterator<Buffer>, bytes: number): Buffer {
  const taken: Buffer[] = [];
  for (let length = 0; length < bytes; ) {
    const { value, done } = frames.next();
    if (done) break;
    taken.push(value);
    length += value.length;
  }
  return Buffer.concat(taken);
}

/** The frames joined last, and what they gave: in a burst, most watchers of a resource are sent the very same. */
let lastJoined: { readonly frames: readonly Buffer[]; readonly bytes: Buffer } | undefined;

function joinFrames(frames: readonly Buffer[]): Buffer {
  if (lastJoined?.frames.length === frames.length && lastJoined.frames.every((frame, i) => frame === frames[i])) return lastJoined.bytes;
  lastJoined = { frames, bytes: Buffer.concat(frames) };
  return lastJoined.bytes;
}

let waiting: WatchStream[] = [];

/** One immediate for all streams of a turn: what happens in a turn of the loop is written at its end. */
function flushLater(stream: WatchStream): void {
  if (waiting.push(stream) > 1) return;
  setImmediate(() => {
    const streams = waiting;
    waiting = [];
    for (const each of streams) each.flush();
    lastJoined = undefined;
  });
}
