import { StoreError } from '../errors';
import { changesOf, findFrameAfter, frameAt, isForeign, isWhole, type Frame } from './log-frame';
import type { Change } from './record';

/** What is on disk of one segment. */
export interface SegmentContent {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface ScannedSegment {
  /** Frames with changes that the database does not have, oldest first. */
  readonly frames: readonly Frame[];
  /** Where the frames end that are read from the beginning on. */
  readonly end: number;
}

export interface ScannedLog {
  /** As they were given. */
  readonly segments: readonly ScannedSegment[];
  /** The changes that the database does not have, in order and without a gap. */
  readonly changes: readonly Change[];
}

/**
 * Reads the log of a database whose newest change is of revision `newest`. The last frame may be torn: it was never acknowledged. All
 * else that is wrong means that acknowledged changes are lost, and fails with `damaged`.
 */
export function scanLog(contents: readonly SegmentContent[], logId: Buffer, newest: number): ScannedLog {
  for (const { path, bytes } of contents) {
    if (isForeign(bytes, logId)) throw new StoreError('damaged', `the log ${path} does not belong to the database beside it`);
  }
  const segments = contents.map(({ bytes }) => scanSegment(bytes, logId, newest));
  const found = segments.flatMap(({ frames }, i) => frames.map((frame) => ({ frame, content: contents[i] })));
  found.sort((a, b) => a.frame.first - b.frame.first);
  const changes: Change[] = [];
  let last = newest;
  for (const { frame, content } of found) {
    if (!content) continue;
    if (frame.first !== last + 1) throw damaged(content, last + 1);
    changes.push(...changesOf(content.bytes, frame));
    last = frame.last;
  }
  // Frames are written one after the other, each when the one before is on disk: one that comes after a broken one shows that that had been whole.
  contents.forEach((content, i) => {
    if (findFrameAfter(content.bytes, segments[i]?.end ?? 0, logId, last)) throw damaged(content, last + 1);
  });
  return { segments, changes };
}

function scanSegment(bytes: Buffer, logId: Buffer, newest: number): ScannedSegment {
  const frames: Frame[] = [];
  let end = 0;
  let last: number | undefined;
  for (let frame = frameAt(bytes, 0, logId); frame; frame = frameAt(bytes, end, logId)) {
    // What follows the last frame may be left from the time before the segment was begun anew.
    if (last !== undefined && frame.first !== last + 1) break;
    if (frame.last > newest) {
      if (!isWhole(bytes, frame)) break;
      frames.push(frame);
    }
    ({ end, last } = frame);
  }
  return { frames, end };
}

function damaged({ path }: SegmentContent, revision: number): StoreError {
  return new StoreError('damaged', `the log ${path} does not go on from the database: the change of revision ${revision} is not in it`);
}
