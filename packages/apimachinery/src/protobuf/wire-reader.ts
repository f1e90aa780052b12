import { ProtobufError } from './protobuf-error';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

const MAX_VARINT_BYTES = 10;
const MAX_FIELD_NUMBER = 0x1fffffff;

/** Reads a stretch of bytes as protobuf's wire format. Never reads beyond its end; throws a ProtobufError instead. */
export class WireReader {
  /** Of the field whose tag was read last. */
  number = 0;
  wire = 0;

  constructor(
    readonly bytes: Buffer,
    private at = 0,
    private readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  /** Reads the next field's number and wire type; false at the end. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = Number(this.varint());
    this.number = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.number >= 1 && this.number <= MAX_FIELD_NUMBER) return true;
    throw new ProtobufError(`proto: illegal tag ${this.number} (wire type ${this.wire})`);
  }

  /** An unsigned integer of up to 64 bits; a number where it is exact. */
  varint(): number | bigint {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return this.longVarint(BigInt(value));
  }

  /** A signed integer of 64 bits; a bigint beyond 2^53. */
  int64(): number | bigint {
    const read = this.varint();
    if (typeof read === 'number') return read;
    const signed = BigInt.asIntN(64, read);
    const value = Number(signed);
    return Number.isSafeInteger(value) ? value : signed;
  }

  /** A signed integer of which, as in Go, only the lower 32 bits count. */
  int32(): number {
    const read = this.varint();
    return typeof read === 'number' && read <= 0x7fffffff ? read : Number(BigInt.asIntN(32, BigInt(read)));
  }

  bool(): boolean {
    return this.varint() != 0;
  }

  double(): number {
    const start = this.advance(8);
    return this.bytes.readDoubleLE(start);
  }

  string(): string {
    const length = this.length();
    const start = this.advance(length);
    return length === 0 ? '' : this.bytes.toString('utf8', start, start + length);
  }

  /** The bytes themselves, not a copy. */
  slice(): Buffer {
    const length = this.length();
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A reader of the message that begins here; this one goes on behind it. */
  message(): WireReader {
    const length = this.length();
    const start = this.advance(length);
    return new WireReader(this.bytes, start, start + length);
  }

  /** Passes over the value of a field that nobody knows. */
  skip(): void {
    for (let depth = 0, next = this.wire; ; next = Number(this.varint()) % 8) {
      if (next === START_GROUP) depth++;
      else if (next === END_GROUP) depth--;
      else this.skipValue(next);
      if (depth < 0) throw new ProtobufError('proto: unexpected end of group');
      if (depth === 0) return;
    }
  }

  private skipValue(wire: number): void {
    switch (wire) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.advance(8);
        return;
      case BYTES:
        this.advance(this.length());
        return;
      case FIXED32:
        this.advance(4);
        return;
      default:
        throw new ProtobufError(`proto: illegal wireType ${wire}`);
    }
  }

  private longVarint(low: bigint): bigint {
    let value = low;
    for (let i = 7; i < MAX_VARINT_BYTES; i++) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('proto: integer overflow');
  }

  private length(): number {
    const length = this.varint();
    if (typeof length === 'bigint' && BigInt.asIntN(64, length) < 0n) {
      throw new ProtobufError('proto: negative length found during unmarshaling');
    }
    return Number(length);
  }

  private byte(): number {
    const byte = this.at < this.end ? this.bytes[this.at++] : undefined;
    if (byte === undefined) throw new ProtobufError('unexpected EOF');
    return byte;
  }

  /** Moves on and gives the place before. */
  private advance(length: number): number {
    const start = this.at;
    if (length > this.end - start) throw new ProtobufError('unexpected EOF');
    this.at = start + length;
    return start;
  }
}
