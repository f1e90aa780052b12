const VARINT = 0;
const DOUBLE = 1;
const BYTES = 2;

/**
 * Writes protocol buffers from the end to the beginning, so that the length of a message is known when its header is written and
 * nothing is copied but when the buffer grows. Hence callers write the last field, and the last element of a list, first.
 */
export class ReverseProtoWriter {
  private buffer = Buffer.allocUnsafe(1 << 20);
  /** Where the written part begins. */
  private at = this.buffer.length;

  /** What was written; the writer must not be used after. */
  finish(): Buffer {
    return this.buffer.subarray(this.at);
  }

  /** A text field; the empty text is not written. */
  text(field: number, value: string): void {
    if (value !== '') this.element(field, value);
  }

  /** An element of a list of texts, which may be empty. */
  element(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.reserve(length);
    this.at -= length;
    this.buffer.write(value, this.at, 'utf8');
    this.header(field, BYTES, length);
  }

  /** A message field, whose content `write` writes. */
  message(field: number, write: () => void): void {
    const end = this.buffer.length - this.at;
    write();
    this.header(field, BYTES, this.buffer.length - this.at - end);
  }

  /** A boolean field; false is not written. */
  flag(field: number, value: boolean): void {
    if (value) this.integer(field, 1);
  }

  /** A field of a whole number that is not negative; zero is not written. */
  integer(field: number, value: number): void {
    if (value === 0) return;
    this.varint(value);
    this.varint(field * 8 + VARINT);
  }

  /** A floating point field; zero is not written. */
  double(field: number, value: number): void {
    if (value !== 0) this.presentDouble(field, value);
  }

  /** A boolean field that is written whatever it is: one of several of which one is there. */
  presentFlag(field: number, value: boolean): void {
    this.varint(value ? 1 : 0);
    this.varint(field * 8 + VARINT);
  }

  /** A floating point field that is written whatever it is. */
  presentDouble(field: number, value: number): void {
    this.reserve(8);
    this.at -= 8;
    this.buffer.writeDoubleLE(value, this.at);
    this.varint(field * 8 + DOUBLE);
  }

  private header(field: number, type: number, length: number): void {
    this.varint(length);
    this.varint(field * 8 + type);
  }

  private varint(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
    this.reserve(size);
    this.at -= size;
    let rest = value;
    for (let i = 0; i < size; i++) {
      this.buffer[this.at + i] = (rest % 128) + (i < size - 1 ? 128 : 0);
      rest = Math.floor(rest / 128);
    }
  }

  private reserve(size: number): void {
    if (size <= this.at) return;
    const written = this.buffer.length - this.at;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, written + size));
    this.buffer.copy(grown, grown.length - written, this.at);
    this.buffer = grown;
    this.at = grown.length - written;
  }
}
