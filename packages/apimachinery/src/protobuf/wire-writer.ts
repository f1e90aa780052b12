const INITIAL_BYTES = 16 * 1024;
/** A buffer larger than this is not kept for the next writer. */
const MAX_SPARE_BYTES = 1024 * 1024;
/** Strings up to this length are written without a call into native code, which costs more than they do. */
const SHORT = 40;

/** The buffer of a finished writer, for the next one. */
let spare: Buffer | undefined;

/**
 * Writes protobuf's wire format from the end to the beginning, as Go's generated code does: a message's length is known once it
 * has been written, so that nothing is measured beforehand or moved. Write the last field first, and a value before its tag.
 */
export class WireWriter {
  private buffer: Buffer;
  private at: number;

  constructor() {
    this.buffer = spare ?? Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.at = this.buffer.length;
    spare = undefined;
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.buffer.length - this.at;
  }

  /** What has been written. Ends the use of this writer. */
  finish(): Buffer {
    const written = Buffer.from(this.buffer.subarray(this.at));
    if (this.buffer.length <= MAX_SPARE_BYTES) spare = this.buffer;
    return written;
  }

  tag(number: number, wire: number): void {
    this.varint(number * 8 + wire);
  }

  /** An unsigned integer up to 2^53. */
  varint(value: number): void {
    if (value < 0x80) {
      this.reserve(1);
      this.buffer[this.at] = value;
      return;
    }
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
    this.reserve(size);
    let rest = value;
    for (let i = 0; i < size; i++, rest = Math.floor(rest / 128)) {
      this.buffer[this.at + i] = (rest % 128) | (i < size - 1 ? 0x80 : 0);
    }
  }

  /** A signed integer; a negative one takes ten bytes. */
  int64(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) return this.varint(value);
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
  }

  double(value: number): void {
    this.reserve(8);
    this.buffer.writeDoubleLE(value, this.at);
  }

  /** Bytes with their length before them. */
  bytes(value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.at);
  }

  string(value: string): void {
    if (value.length <= SHORT && this.shortAscii(value)) return;
    const size = Buffer.byteLength(value);
    this.reserve(size);
    this.buffer.write(value, this.at, size, 'utf8');
    this.varint(size);
  }

  /** Puts the length before a message: all that was written since `length` was `before`. */
  closeMessage(before: number): void {
    this.varint(this.length - before);
  }

  /** Writes a string of ASCII with its length; writes nothing and is false for any other. */
  private shortAscii(value: string): boolean {
    const size = value.length;
    this.reserve(size + 1);
    this.buffer[this.at] = size;
    for (let i = 0; i < size; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.at += size + 1;
        return false;
      }
      this.buffer[this.at + 1 + i] = code;
    }
    return true;
  }

  private reserve(size: number): void {
    if (size > this.at) this.grow(size);
    this.at -= size;
  }

  private grow(size: number): void {
    const used = this.length;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, used + size));
    this.buffer.copy(larger, larger.length - used, this.at);
    this.at = larger.length - used;
    this.buffer = larger;
  }
}
