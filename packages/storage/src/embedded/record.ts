import { crc32 } from 'node:zlib';
import { StoreError } from '../errors';
import type { KeyValue } from '../store';

/**
 * One change as it lies on disk, under its revision. All numbers are big-endian.
 *
 *     0  u8   kind: 1 put, 2 delete
 *     1  u8[3] zero
 *     4  u32  CRC-32 of everything from byte 8 on
 *     8  f64  createRevision (of the pair that was put or deleted)
 *    16  f64  revision of the key's change before this one, or 0
 *    24  u8[8] lease, or zeros
 *    32  u32  length of the key in bytes
 *    36       key in UTF-8, then the value
 */
export interface ChangeHeader {
  readonly revision: number;
  readonly kind: 'put' | 'delete';
  readonly key: string;
  readonly createRevision: number;
  readonly previousRevision: number;
  readonly lease: string | undefined;
}

export interface Change extends ChangeHeader {
  readonly value: Buffer;
  /** The change as it lies on disk; `value` is a view of it. */
  readonly record: Buffer;
}

const HEADER_BYTES = 36;
const KIND_PUT = 1;
const KIND_DELETE = 2;
const EMPTY = Buffer.alloc(0);

/** Makes the record of a change. The value is copied: the caller may reuse its buffer. */
export function encodeChange(header: ChangeHeader, value: Buffer): Change {
  const record = encodeRecord(header, value);
  return { ...header, value: record.subarray(record.length - value.length), record };
}

/** The header alone, as the index checkpoint keeps it: a record with an empty value. */
export function encodeHeader(header: ChangeHeader): Buffer {
  return encodeRecord(header, EMPTY);
}

function encodeRecord(change: ChangeHeader, value: Buffer): Buffer {
  const keyBytes = Buffer.byteLength(change.key);
  const record = Buffer.allocUnsafe(HEADER_BYTES + keyBytes + value.length);
  record.writeUInt32BE(change.kind === 'put' ? KIND_PUT << 24 : KIND_DELETE << 24, 0);
  record.writeDoubleBE(change.createRevision, 8);
  record.writeDoubleBE(change.previousRevision, 16);
  if (change.lease === undefined) record.fill(0, 24, 32);
  else record.write(change.lease, 24, 'hex');
  record.writeUInt32BE(keyBytes, 32);
  record.write(change.key, HEADER_BYTES);
  value.copy(record, HEADER_BYTES + keyBytes);
  record.writeUInt32BE(crc32(record.subarray(8)), 4);
  return record;
}

/** Reads a record; the value is a view of `record`. Throws `damaged` for what is no record. */
export function decodeChange(revision: number, record: Buffer): Change {
  const kind = record[0];
  if (record.length < HEADER_BYTES || (kind !== KIND_PUT && kind !== KIND_DELETE)) throw damaged(revision);
  const valueStart = HEADER_BYTES + record.readUInt32BE(32);
  if (valueStart > record.length) throw damaged(revision);
  return {
    revision,
    kind: kind === KIND_PUT ? 'put' : 'delete',
    key: record.toString('utf8', HEADER_BYTES, valueStart),
    createRevision: record.readDoubleBE(8),
    previousRevision: record.readDoubleBE(16),
    lease: record.readUInt32BE(24) === 0 && record.readUInt32BE(28) === 0 ? undefined : record.toString('hex', 24, 32),
    value: record.subarray(valueStart),
    record,
  };
}

/** Throws `damaged` unless the record is what was written. */
export function verifyRecord(revision: number, record: Buffer): void {
  if (record.length < HEADER_BYTES || record.readUInt32BE(4) !== crc32(record.subarray(8))) throw damaged(revision);
}

export function toKeyValue(change: Change): KeyValue {
  return { key: change.key, value: change.value, createRevision: change.createRevision, modRevision: change.revision };
}

/** The database key of a revision: eight bytes, so that byte order is numeric order. */
export function revisionKey(revision: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  key.writeUInt32BE(Math.floor(revision / 0x1_0000_0000), 0);
  key.writeUInt32BE(revision % 0x1_0000_0000, 4);
  return key;
}

export function revisionOfKey(key: Uint8Array): number {
  let revision = 0;
  for (const byte of key) revision = revision * 256 + byte;
  return revision;
}

function damaged(revision: number): StoreError {
  return new StoreError('damaged', `the record of revision ${revision} is damaged`);
}
