/** An instant, exact to the nanosecond. */
export interface Instant {
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
}

/** A text that is no time; the message is that of Go's time.Parse. */
export class TimeParseError extends Error {
  override readonly name = 'TimeParseError';
}

const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';

/** Reads a metav1.Time: RFC 3339 with any number of decimals, as `time.Parse(time.RFC3339, text)`. Throws a TimeParseError. */
export function parseRfc3339(text: string): Instant {
  return new GoTimeParser(text, RFC3339).parse(false);
}

/** Reads a metav1.MicroTime: RFC 3339 with exactly six decimals. Throws a TimeParseError. */
export function parseRfc3339Micro(text: string): Instant {
  return new GoTimeParser(text, RFC3339_MICRO).parse(true);
}

class GoTimeParser {
  private rest: string;

  constructor(
    private readonly text: string,
    private readonly layout: string,
  ) {
    this.rest = text;
  }

  parse(micro: boolean): Instant {
    const year = Number(this.take(/^\d{4}/, '2006'));
    this.literal('-');
    const month = this.ranged(/^\d\d/, '01', 'month', 1, 12);
    this.literal('-');
    const day = Number(this.take(/^\d\d?/, '02'));
    this.literal('T');
    const hour = this.ranged(/^\d\d?/, '15', 'hour', 0, 23);
    this.literal(':');
    const minute = this.ranged(/^\d\d/, '04', 'minute', 0, 59);
    this.literal(':');
    const second = this.ranged(/^\d\d/, '05', 'second', 0, 59);
    const nanos = decimalsToNanos(micro ? this.take(/^[.,]\d{6}/, '.000000') : this.optional(/^[.,]\d+/));
    const offset = this.zone();
    if (this.rest) throw new TimeParseError(`parsing time ${quote(this.text)}: extra text: ${quote(this.rest)}`);
    if (day < 1 || day > daysIn(year, month)) throw this.outOfRange('day');
    return { seconds: epochSeconds(year, month, day) + hour * 3600 + minute * 60 + second - offset, nanos };
  }

  /** Seconds east of Greenwich. */
  private zone(): number {
    if (this.optional(/^Z/)) return 0;
    const hold = this.rest;
    const [, sign, hours = '', minutes = ''] = /^(.)(..):(..)/s.exec(hold) ?? [];
    const bothNumbers = /^\d\d$/.test(hours) && /^\d\d$/.test(minutes);
    if (bothNumbers && Number(hours) > 24) throw this.outOfRange('time zone offset hour');
    if (bothNumbers && Number(minutes) > 60) throw this.outOfRange('time zone offset minute');
    if (!bothNumbers || (sign !== '+' && sign !== '-')) throw this.mismatch('Z07:00', hold);
    this.rest = hold.slice(6);
    const seconds = Number(hours) * 3600 + Number(minutes) * 60;
    return sign === '-' ? -seconds : seconds;
  }

  private literal(expected: string): void {
    if (!this.rest.startsWith(expected)) throw this.mismatch(expected, this.rest);
    this.rest = this.rest.slice(expected.length);
  }

  private take(pattern: RegExp, element: string): string {
    const found = this.optional(pattern);
    if (found === '') throw this.mismatch(element, this.rest);
    return found;
  }

  private optional(pattern: RegExp): string {
    const found = pattern.exec(this.rest)?.[0] ?? '';
    this.rest = this.rest.slice(found.length);
    return found;
  }

  private ranged(pattern: RegExp, element: string, name: string, low: number, high: number): number {
    const value = Number(this.take(pattern, element));
    if (value < low || value > high) throw this.outOfRange(name);
    return value;
  }

  private mismatch(element: string, found: string): TimeParseError {
    const [text, layout] = [quote(this.text), quote(this.layout)];
    return new TimeParseError(`parsing time ${text} as ${layout}: cannot parse ${quote(found)} as ${quote(element)}`);
  }

  private outOfRange(name: string): TimeParseError {
    return new TimeParseError(`parsing time ${quote(this.text)}: ${name} out of range`);
  }
}

/** Nanoseconds of `.123`; digits behind the ninth are dropped. */
function decimalsToNanos(decimals: string): number {
  return Number(decimals.slice(1, 10).padEnd(9, '0'));
}

function daysIn(year: number, month: number): number {
  return new Date(dayNumber(year, month + 1, 0) * 86_400_000).getUTCDate();
}

function epochSeconds(year: number, month: number, day: number): number {
  return dayNumber(year, month, day) * 86_400;
}

/** Days since 1970, for the years below 100 too, which `Date.UTC` would move. */
function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.floor(date.getTime() / 86_400_000);
}

/** Quotes as Go's time package does: bytes outside printable ASCII as `\xhh`. */
export function quote(text: string): string {
  let quoted = '"';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    if (byte >= 0x80 || byte < 0x20) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else quoted += character === '"' || character === '\\' ? `\\${character}` : character;
  }
  return `${quoted}"`;
}
