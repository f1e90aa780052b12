import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame, frameBytes } from './log-frame';
import { scanLog } from './log-scan';
import { LogSegment, SEGMENT_BYTES } from './log-segment';
import type { Change } from './record';

/** What is longer is better written to the database at once. */
const MAX_FRAME_BYTES = SEGMENT_BYTES / 4;

/** The files of the log in a data folder. */
export function logFiles(folderPath: string): [string, string] {
  return [join(folderPath, 'log.0'), join(folderPath, 'log.1')];
}

/**
 * The log of the commits that are not in the database yet. A commit is durable when its frame is, which costs one write and one sync of a
 * file that need not grow. There are two files, so that one takes frames while what is in the other is brought into the database.
 */
export class Log {
  private buffer = Buffer.alloc(0);
  private hasFailed = false;
  /** The database has the changes up to here. */
  private stored: number;

  private constructor(
    private active: LogSegment,
    private spare: LogSegment,
    private readonly id: Buffer,
    /** The changes that the database lacked at the opening. */
    readonly recovered: readonly Change[],
    newest: number,
  ) {
    this.stored = newest;
  }

  /** Opens the log of a database whose newest change is of revision `newest`. Fails with `damaged` if changes after it are lost. */
  static open(folderPath: string, id: Buffer, newest: number): Log {
    const paths = logFiles(folderPath);
    const [first, second] = [LogSegment.open(paths[0]), LogSegment.open(paths[1])];
    try {
      syncFolder(folderPath);
      const contents = [{ path: paths[0], bytes: first.read() }, { path: paths[1], bytes: second.read() }] as const;
      const { segments, changes } = scanLog(contents, id, newest);
      [first, second].forEach((segment, i) => segment.continueAfter(segments[i]?.frames ?? []));
      const [active, spare] = first.last >= second.last ? [first, second] : [second, first];
      return new Log(active, spare, id, changes, newest);
    } catch (error) {
      first.close();
      second.close();
      throw error;
    }
  }

  /** Whether a commit of these changes may be written here; else it goes to the database, after all that is here. */
  takes(changes: readonly Change[]): boolean {
    return !this.hasFailed && frameBytes(changes) <= MAX_FRAME_BYTES;
  }

  /** Whether there is room for these changes; else the database must have the changes of the log first. */
  hasRoom(changes: readonly Change[]): boolean {
    return this.active.hasRoom(frameBytes(changes)) || this.active.last <= this.stored || this.spare.last <= this.stored;
  }

  /** Resolves when the changes are on disk. There must be room for them. */
  async append(changes: readonly Change[]): Promise<void> {
    const length = frameBytes(changes);
    if (this.active.last <= this.stored) this.active.restart();
    else if (!this.active.hasRoom(length)) this.changeOver();
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafeSlow(length);
    const frame = encodeFrame(this.buffer, this.id, changes);
    try {
      await this.active.append(frame, (changes[0]?.revision ?? 0) + changes.length - 1);
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }

  /** The database has the changes up to `revision`: their frames may be written over. A log that has failed begins anew when it has all. */
  forget(revision: number): void {
    this.stored = revision;
    if (this.active.last <= revision) this.hasFailed = false;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.active.bytes + this.spare.bytes;
  }

  close(): void {
    this.active.close();
    this.spare.close();
  }

  private changeOver(): void {
    [this.active, this.spare] = [this.spare, this.active];
    this.active.restart();
  }
}

/** A new file is there after a loss of power only if its folder is on disk. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
