/** Messages over TCP come one behind the other, each with its length before it (RFC 1035, 4.2.2). */
export class MessageReader {
  private buffered: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.buffered = this.buffered.length ? Buffer.concat([this.buffered, chunk]) : chunk;
  }

  /** The next whole message; undefined until more has come. */
  next(): Buffer | undefined {
    if (this.buffered.length < 2) return undefined;
    const end = 2 + this.buffered.readUInt16BE(0);
    if (this.buffered.length < end) return undefined;
    const message = this.buffered.subarray(2, end);
    this.buffered = this.buffered.subarray(end);
    return message;
  }
}

export function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
