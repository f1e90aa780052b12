import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export type LogStream = 'stdout' | 'stderr';

/** Longer lines are written in parts, as containerd does. */
const MAX_LINE_BYTES = 16 * 1024;

const NEWLINE = 0x0a;

/**
 * Writes a container's log in CRI's format: `TIME STREAM TAG CONTENT`, with the tag F for a line's end and P for a part. Writes at once: what
 * was taken from the container is in the file, whatever happens to this process.
 */
export class LogWriter {
  private file: number;
  private readonly pending: Record<LogStream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

  constructor(
    private readonly path: string,
    private readonly now: () => string = timestamp,
  ) {
    this.file = open(path);
  }

  write(stream: LogStream, chunk: Buffer): void {
    const before = this.pending[stream];
    const data = before.length ? Buffer.concat([before, chunk]) : chunk;
    const head = `${this.now()} ${stream} `;
    const parts: (string | Buffer)[] = [];
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      start = splitLong(data, { start, end, head, parts });
      parts.push(`${head}F `, data.subarray(start, end + 1));
      start = end + 1;
    }
    start = splitLong(data, { start, end: data.length, head, parts });
    this.pending[stream] = Buffer.from(data.subarray(start));
    this.append(parts);
  }

  /** Ends a stream: what has no line end yet is written as a part, so that readers do not end the line either. */
  end(stream: LogStream): void {
    const rest = this.pending[stream];
    if (rest.length) this.append([`${this.now()} ${stream} P `, rest, '\n']);
    this.pending[stream] = Buffer.alloc(0);
  }

  /** Goes on in a new file of the same name, after the old one was moved away. */
  reopen(): void {
    const old = this.file;
    this.file = open(this.path);
    closeSync(old);
  }

  close(): void {
    this.end('stdout');
    this.end('stderr');
    closeSync(this.file);
  }

  private append(parts: readonly (string | Buffer)[]): void {
    if (!parts.length) return;
    const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly head: string;
  readonly parts: (string | Buffer)[];
}

/** Writes full parts of a long line and gives where the rest begins. */
function splitLong(data: Buffer, { start, end, head, parts }: Span): number {
  let position = start;
  while (end - position > MAX_LINE_BYTES) {
    parts.push(`${head}P `, data.subarray(position, position + MAX_LINE_BYTES), '\n');
    position += MAX_LINE_BYTES;
  }
  return position;
}

function open(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  return openSync(path, 'a', 0o640);
}

const START_NANOSECONDS = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

/** The time now as Go's RFC3339Nano with all nine digits. */
export function timestamp(): string {
  const nanoseconds = START_NANOSECONDS + process.hrtime.bigint();
  const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
}
