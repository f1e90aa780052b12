/** The parts of a point of time as a wall clock shows them. `month` is 1 to 12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Whether the zone can be loaded: an IANA name, or `UTC`, as Go's `time.LoadLocation` takes it (but never an offset). */
export function isTimeZone(timeZone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(timeZone)) return false;
  try {
    formatOf(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What a clock in `timeZone` shows at `time` (milliseconds since 1970). */
export function wallTimeAt(time: number, timeZone: string): WallTime {
  if (timeZone === 'UTC') return utcWallTime(new Date(time));
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(timeZone).formatToParts(time)) {
    if (Object.hasOwn(parts, type)) parts[type as keyof typeof parts] = Number(value);
  }
  return parts;
}

function utcWallTime(date: Date): WallTime {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** The wall time as if it were UTC, in milliseconds; parts beyond their bounds roll over. */
function asUtc({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function offsetAt(time: number, timeZone: string): number {
  const whole = Math.floor(time / 1000) * 1000;
  return asUtc(wallTimeAt(whole, timeZone)) - whole;
}

/**
 * The point of time at which a clock in `timeZone` shows `wall`; in the gap and the overlap of a clock change as Go's
 * `time.Date` decides.
 */
export function timeOfWall(wall: WallTime, timeZone: string): number {
  const unadjusted = asUtc(wall);
  const guess = offsetAt(unadjusted, timeZone);
  return guess === 0 ? unadjusted : unadjusted - offsetAt(unadjusted - guess, timeZone);
}

/** RFC 3339 with the zone's offset at that time; `Z` where there is none. */
export function formatZonedTime(time: number, timeZone: string): string {
  const offset = offsetAt(time, timeZone);
  const local = new Date(time + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${local}Z`;
  const minutes = Math.abs(offset) / 60_000;
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${part(minutes / 60)}:${part(minutes % 60)}`;
}

/** The day of the week, 0 for Sunday. */
export function dayOfWeek({ year, month, day }: WallTime): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}
