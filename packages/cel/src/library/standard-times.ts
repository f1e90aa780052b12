import { type Library, method, type Overload } from '../env/declarations';
import { DURATION, INT, STRING, TIMESTAMP } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { duration, text, timestamp } from './arguments';

const MILLISECOND = 1_000_000n;
const SECOND = 1000n * MILLISECOND;

/** A moment as the clock of a time zone shows it, in fields of a Date read as UTC. */
function local(nanos: bigint, zone: string | undefined): Date {
  const milliseconds = Number(floorDivide(nanos, MILLISECOND));
  return new Date(milliseconds + (zone === undefined || zone === 'UTC' || zone === '' ? 0 : zoneOffset(zone, milliseconds)));
}

/** Milliseconds east of Greenwich, of an offset such as `+02:00`, or of a named zone at a moment. */
function zoneOffset(zone: string, at: number): number {
  const [, sign, hours, minutes] = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone) ?? [];
  if (hours !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return namedOffset(zone, at);
}

function namedOffset(zone: string, at: number): number {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    const parts = new Map(format.formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]));
    const field = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const wall = Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'), field('second'));
    return wall - Math.floor(at / 1000) * 1000;
  } catch (cause) {
    throw new CelError(`unknown time zone ${zone}`, { cause });
  }
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a % b < 0n ? a / b - 1n : a / b;
}

function dayOfYear(date: Date): number {
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000);
}

const FIELDS: readonly (readonly [string, string, (date: Date) => number])[] = [
  ['getFullYear', 'year', (date) => date.getUTCFullYear()],
  ['getMonth', 'month', (date) => date.getUTCMonth()],
  ['getDayOfYear', 'day_of_year', dayOfYear],
  ['getDate', 'day_of_month_1_based', (date) => date.getUTCDate()],
  ['getDayOfMonth', 'day_of_month', (date) => date.getUTCDate() - 1],
  ['getDayOfWeek', 'day_of_week', (date) => date.getUTCDay()],
  ['getHours', 'hours', (date) => date.getUTCHours()],
  ['getMinutes', 'minutes', (date) => date.getUTCMinutes()],
  ['getSeconds', 'seconds', (date) => date.getUTCSeconds()],
  ['getMilliseconds', 'milliseconds', (date) => date.getUTCMilliseconds()],
];

const DURATION_PARTS: readonly (readonly [string, string, bigint, bigint])[] = [
  ['getHours', 'hours', 3600n * SECOND, 0n],
  ['getMinutes', 'minutes', 60n * SECOND, 0n],
  ['getSeconds', 'seconds', SECOND, 0n],
  ['getMilliseconds', 'milliseconds', MILLISECOND, 1000n],
];

/** The parts of times and durations. */
export const STANDARD_TIMES: Library = [
  ...FIELDS.flatMap(([name, id, read]): Overload[] => [
    method(name, `timestamp_to_${id}`, [TIMESTAMP], INT, (time) => BigInt(read(local(timestamp(time), undefined)))),
    method(name, `timestamp_to_${id}_with_tz`, [TIMESTAMP, STRING], INT, (time, zone) => BigInt(read(local(timestamp(time), text(zone))))),
  ]),
  ...DURATION_PARTS.map(([name, id, unit, modulus]) =>
    method(name, `duration_to_${id}`, [DURATION], INT, (span) => (modulus ? (duration(span) / unit) % modulus : duration(span) / unit)),
  ),
];
