import { quote } from './go-time-parser';

/** A text that is no duration; the message is that of Go's time.ParseDuration. */
export class DurationParseError extends Error {
  override readonly name = 'DurationParseError';
}

const NANOSECOND = 1n;
const MICROSECOND = 1000n;
const MILLISECOND = 1_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const MAX = 2n ** 63n - 1n;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', NANOSECOND],
  ['us', MICROSECOND],
  ['\u00b5s', MICROSECOND],
  ['\u03bcs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

const TERM = /(\d*)(?:\.(\d*))?([^.\d]*)/y;

/** Reads a Go duration, such as `1h30m` or `-1.5s`, as nanoseconds. Throws a DurationParseError. */
export function parseDuration(text: string): bigint {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const terms = text.slice(sign.length);
  if (terms === '0') return 0n;
  if (terms === '') throw invalidDuration(text);
  let total = 0n;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < terms.length) {
    total += readTerm(text, TERM.exec(terms) ?? []);
    if (total > MAX + 1n) throw invalidDuration(text);
  }
  if (sign === '-') return -total;
  if (total > MAX) throw invalidDuration(text);
  return total;
}

/** Reads a Go duration as milliseconds, with decimals where it is finer. Throws a DurationParseError. */
export function parseDurationMilliseconds(text: string): number {
  return Number(parseDuration(text)) / 1e6;
}

/** The text of nanoseconds as Go's Duration.String: `1h0m0s`, `1.5s`, `20ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 0n) return `-${formatDuration(-nanoseconds)}`;
  if (nanoseconds < MICROSECOND) return `${nanoseconds}ns`;
  if (nanoseconds < MILLISECOND) return `${decimal(nanoseconds, MICROSECOND)}\u00b5s`;
  if (nanoseconds < SECOND) return `${decimal(nanoseconds, MILLISECOND)}ms`;
  const seconds = `${decimal(nanoseconds % MINUTE, SECOND)}s`;
  const hours = nanoseconds / HOUR;
  const minutes = (nanoseconds % HOUR) / MINUTE;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
}

/** A duration in its canonical text: `60s` is `1m0s`. Throws a DurationParseError. */
export function canonicalDuration(text: string): string {
  return formatDuration(parseDuration(text));
}

function readTerm(text: string, [, whole = '', fraction, unitName = '']: readonly (string | undefined)[]): bigint {
  if (whole === '' && !fraction) throw invalidDuration(text);
  if (unitName === '') throw new DurationParseError(`time: missing unit in duration ${quote(text)}`);
  const unit = UNITS.get(unitName);
  if (unit === undefined) throw new DurationParseError(`time: unknown unit ${quote(unitName)} in duration ${quote(text)}`);
  const digits = (fraction ?? '').slice(0, 18);
  return BigInt(whole) * unit + (BigInt(digits || '0') * unit) / 10n ** BigInt(digits.length);
}

function invalidDuration(text: string): DurationParseError {
  return new DurationParseError(`time: invalid duration ${quote(text)}`);
}

function decimal(value: bigint, unit: bigint): string {
  const fraction = String(value % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return fraction ? `${value / unit}.${fraction}` : String(value / unit);
}
