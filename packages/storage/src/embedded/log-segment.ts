import { closeSync, constants, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { Frame } from './log-frame';

/** Length of a segment of the log. */
export const SEGMENT_BYTES = 4 * 1024 * 1024;
/**
 * The file grows by so much at a time, filled with zeros: a write into what has been written before need not change the file system's own
 * records, so that syncing it costs one write of the disk and not several.
 */
const GROWTH_BYTES = 1024 * 1024;

/** One of the log's files. Frames are written to it one after the other, and from the beginning again when they are not needed any more. */
export class LogSegment {
  /** Where the next frame goes. */
  private position = 0;
  private length: number;
  /** Revision of the last change in it, or 0. */
  private newest = 0;

  private constructor(private readonly file: number) {
    this.length = fstatSync(file).size;
  }

  /** Opens or creates the file, for its owner alone. */
  static open(path: string): LogSegment {
    return new LogSegment(openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600));
  }

  get last(): number {
    return this.newest;
  }

  hasRoom(bytes: number): boolean {
    return this.position + bytes <= SEGMENT_BYTES;
  }

  read(): Buffer {
    const content = Buffer.allocUnsafeSlow(this.length);
    return content.subarray(0, readSync(this.file, content, 0, content.length, 0));
  }

  /** Goes on after these frames, which have been read from it; begins anew if there are none. */
  continueAfter(frames: readonly Frame[]): void {
    const last = frames.at(-1);
    if (!last) return;
    this.position = last.end;
    this.newest = last.last;
    // What has been read may be in memory only, and is about to be built upon.
    fdatasyncSync(this.file);
  }

  /** Bytes on disk. */
  get bytes(): number {
    return fstatSync(this.file).blocks * 512;
  }

  /** Begins anew: what is in it will be written over. */
  restart(): void {
    this.position = 0;
    this.newest = 0;
  }

  /** Durable when resolved. When it fails, nothing of the frame is left: fails otherwise if that cannot be seen to. */
  async append(frame: Buffer, last: number): Promise<void> {
    const end = this.position + frame.length;
    try {
      this.write(frame, this.position);
      if (end > this.length) this.grow(end);
      await sync(this.file);
    } catch (error) {
      this.withdraw(error);
      throw error;
    }
    this.position = end;
    this.newest = last;
  }

  close(): void {
    closeSync(this.file);
  }

  private withdraw(failure: unknown): void {
    try {
      ftruncateSync(this.file, this.position);
      this.length = this.position;
    } catch {
      throw new Error('a frame could neither be written nor taken back', { cause: failure });
    }
  }

  private grow(end: number): void {
    const length = Math.min(Math.ceil(end / GROWTH_BYTES) * GROWTH_BYTES, SEGMENT_BYTES);
    this.write(Buffer.alloc(length - end), end);
    this.length = length;
  }

  private write(bytes: Buffer, position: number): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.file, bytes, done, bytes.length - done, position + done);
  }
}

/** Only the wait for the disk leaves the event loop: what is written goes to memory. */
function sync(file: number): Promise<void> {
  return new Promise((resolve, reject) => fdatasync(file, (error) => (error ? reject(error) : resolve())));
}
