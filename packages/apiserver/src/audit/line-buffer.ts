const BYTES = 256 * 1024;
const LINE_FEED = 10;
/** What UTF-8 takes at most for one unit of a text. */
const MAX_BYTES_PER_UNIT = 3;

/** Gathers lines as the bytes that they will be: to join their texts at the end takes V8 longer than to make them. */
export class LineBuffer {
  private readonly bytes = Buffer.allocUnsafeSlow(BYTES);
  private used = 0;
  /** Lines gathered. */
  count = 0;

  /** Adds a line, and its end; false if there may be no room for it. */
  add(line: string): boolean {
    if (MAX_BYTES_PER_UNIT * line.length >= BYTES - this.used) return false;
    this.used += this.bytes.write(line, this.used);
    this.bytes[this.used++] = LINE_FEED;
    this.count += 1;
    return true;
  }

  /** All there is, and begins anew: valid until the next line is added. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.used);
    this.used = 0;
    this.count = 0;
    return taken;
  }
}
