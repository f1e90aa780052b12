/** A line of a CRI log: `TIME STREAM TAGS TEXT`. */
export interface LogLine {
  readonly time: number;
  readonly timestamp: Buffer;
  readonly stream: string;
  /** The line goes on in the next. */
  readonly isPartial: boolean;
  readonly text: Buffer;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** Undefined where it is no line of a CRI log. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0 || third < 0) return undefined;
  const timestamp = line.subarray(0, first);
  return {
    time: Date.parse(timestamp.toString()),
    timestamp,
    stream: line.subarray(first + 1, second).toString(),
    isPartial: line
      .subarray(second + 1, third)
      .toString()
      .startsWith('P'),
    text: line.subarray(third + 1),
  };
}

/** What a client is shown of it. */
export function formatLine({ timestamp, text, isPartial }: LogLine, withTimestamp: boolean): Buffer {
  const end = isPartial ? [] : [Buffer.from('\n')];
  return Buffer.concat([...(withTimestamp ? [timestamp, Buffer.from(' ')] : []), text, ...end]);
}

/** Cuts a stream of bytes into lines. */
export class LineReader {
  private rest = Buffer.alloc(0);

  /** The whole lines so far; what is left over waits for more. */
  take(chunk: Buffer): Buffer[] {
    let data = Buffer.concat([this.rest, chunk]);
    const lines: Buffer[] = [];
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE)) {
      lines.push(data.subarray(0, end));
      data = data.subarray(end + 1);
    }
    this.rest = data;
    return lines;
  }
}
