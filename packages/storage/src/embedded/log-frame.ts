import { crc32 } from 'node:zlib';
import { decodeChange, type Change } from './record';

/**
 * One commit as it lies in the log. All numbers are big-endian.
 *
 *     0  u32  "TKWL"
 *     4  u32  CRC-32 of everything from byte 8 on
 *     8  u8[8] the id of the store's log: random, so that nothing that looks like a frame comes from a value or from another store
 *    16  f64  revision of the first change
 *    24  u32  number of changes, each of the revision after that of the one before
 *    28  u32  length of the frame in bytes
 *    32       the changes: length of the record (u32), and the record as in the history
 */
export interface Frame {
  readonly first: number;
  readonly last: number;
  /** Where it begins and ends in the log. */
  readonly start: number;
  readonly end: number;
}

const MAGIC = 0x544b_574c;
const HEADER_BYTES = 32;
const LENGTH_BYTES = 4;
const MAGIC_TO_ID = 8;

/** The length of the frame that holds these changes. */
export function frameBytes(changes: readonly Change[]): number {
  return changes.reduce((sum, { record }) => sum + LENGTH_BYTES + record.length, HEADER_BYTES);
}

/** Writes the frame of a commit, which has at least one change, to the beginning of `target`; returns it. */
export function encodeFrame(target: Buffer, logId: Buffer, changes: readonly Change[]): Buffer {
  let end = HEADER_BYTES;
  for (const { record } of changes) {
    end = target.writeUInt32BE(record.length, end);
    end += record.copy(target, end);
  }
  target.writeUInt32BE(MAGIC, 0);
  logId.copy(target, MAGIC_TO_ID);
  target.writeDoubleBE(changes[0]?.revision ?? 0, 16);
  target.writeUInt32BE(changes.length, 24);
  target.writeUInt32BE(end, 28);
  target.writeUInt32BE(crc32(target.subarray(MAGIC_TO_ID, end)), 4);
  return target.subarray(0, end);
}

/** The frame that begins at `start`, if its header may be one: whether the rest is whole, `isWhole` says. */
export function frameAt(log: Buffer, start: number, logId: Buffer): Frame | undefined {
  if (start + HEADER_BYTES > log.length || log.readUInt32BE(start) !== MAGIC) return undefined;
  if (logId.compare(log, start + MAGIC_TO_ID, start + MAGIC_TO_ID + logId.length) !== 0) return undefined;
  const first = log.readDoubleBE(start + 16);
  const count = log.readUInt32BE(start + 24);
  const end = start + log.readUInt32BE(start + 28);
  if (count === 0 || end < start + HEADER_BYTES + count * LENGTH_BYTES || end > log.length) return undefined;
  return { first, last: first + count - 1, start, end };
}

/** Whether the log begins with a frame of another store. */
export function isForeign(log: Buffer, logId: Buffer): boolean {
  if (log.length < HEADER_BYTES || log.readUInt32BE(0) !== MAGIC) return false;
  return logId.compare(log, MAGIC_TO_ID, MAGIC_TO_ID + logId.length) !== 0;
}

export function isWhole(log: Buffer, { start, end }: Frame): boolean {
  return log.readUInt32BE(start + 4) === crc32(log.subarray(start + MAGIC_TO_ID, end));
}

/** The changes of a whole frame; their values are views of `log`. */
export function changesOf(log: Buffer, { first, last, start }: Frame): Change[] {
  const changes: Change[] = [];
  let at = start + HEADER_BYTES;
  for (let revision = first; revision <= last; revision++) {
    const begin = at + LENGTH_BYTES;
    at = begin + log.readUInt32BE(at);
    changes.push(decodeChange(revision, log.subarray(begin, at)));
  }
  return changes;
}

/** The first whole frame from `from` on that holds a change after `revision`, wherever it begins. */
export function findFrameAfter(log: Buffer, from: number, logId: Buffer, revision: number): Frame | undefined {
  for (let at = log.indexOf(logId, from + MAGIC_TO_ID); at >= 0; at = log.indexOf(logId, at + 1)) {
    const frame = frameAt(log, at - MAGIC_TO_ID, logId);
    if (frame && frame.last > revision && isWhole(log, frame)) return frame;
  }
  return undefined;
}
