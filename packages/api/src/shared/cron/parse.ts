import { parseCronDuration } from './duration';
import { isTimeZone } from './zoned-time';

/**
 * A parsed schedule. `fields` matches points of time by their parts; `delay` repeats after a fixed
 * time. `timeZone` is the zone named in the text itself (`CRON_TZ=…`), if any.
 */
export type CronSchedule =
  | {
      readonly type: 'fields';
      readonly minute: FieldSet;
      readonly hour: FieldSet;
      readonly dayOfMonth: FieldSet;
      readonly month: FieldSet;
      readonly dayOfWeek: FieldSet;
      readonly timeZone?: string;
    }
  | { readonly type: 'delay'; readonly seconds: number; readonly timeZone?: string };

/** The values a field matches. `star`: written as `*` or `?` without a step, which decides how the two day fields combine. */
export interface FieldSet {
  readonly values: ReadonlySet<number>;
  readonly star: boolean;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: Readonly<Record<string, number>>;
}

const MONTHS = { jan: 1, feb: 2, mar: 3, apr: 4, may: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, nov: 11, dec: 12 };
const DAYS = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 };

const MINUTE: Bounds = { min: 0, max: 59, names: {} };
const HOUR: Bounds = { min: 0, max: 23, names: {} };
const DAY_OF_MONTH: Bounds = { min: 1, max: 31, names: {} };
const MONTH: Bounds = { min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: Bounds = { min: 0, max: 6, names: DAYS };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Thrown for a schedule that cannot be read; the message is that of robfig/cron v3, which validation shows to users. */
export class CronSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CronSyntaxError';
  }
}

/**
 * Reads a five-field schedule or a descriptor (`@daily`, `@every 1h30m`), by the rules of robfig/cron v3's `ParseStandard`.
 * @throws CronSyntaxError
 */
export function parseCron(text: string): CronSchedule {
  if (text === '') throw new CronSyntaxError('empty spec string');
  const { rest, timeZone } = takeTimeZone(text);
  const zone = timeZone === undefined ? {} : { timeZone };
  if (rest.startsWith('@every ')) return { type: 'delay', seconds: everySeconds(rest), ...zone };
  const fields = rest.startsWith('@') ? descriptorFields(rest) : rest.split(/\s+/).filter((field) => field !== '');
  const [minute, hour, dayOfMonth, month, dayOfWeek, ...more] = fields;
  if (
    minute === undefined ||
    hour === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    more.length
  ) {
    throw new CronSyntaxError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  return {
    type: 'fields',
    minute: parseField(minute, MINUTE),
    hour: parseField(hour, HOUR),
    dayOfMonth: parseField(dayOfMonth, DAY_OF_MONTH),
    month: parseField(month, MONTH),
    dayOfWeek: parseField(dayOfWeek, DAY_OF_WEEK),
    ...zone,
  };
}

function takeTimeZone(text: string): { rest: string; timeZone?: string } {
  if (!text.startsWith('TZ=') && !text.startsWith('CRON_TZ=')) return { rest: text };
  const space = text.indexOf(' ');
  const timeZone = text.slice(text.indexOf('=') + 1, space < 0 ? undefined : space);
  if (!isTimeZone(timeZone)) {
    throw new CronSyntaxError(`provided bad location ${timeZone}: unknown time zone ${timeZone}`);
  }
  return { rest: space < 0 ? '' : text.slice(space).trim(), timeZone };
}

function descriptorFields(text: string): string[] {
  const fields = DESCRIPTORS[text];
  if (fields === undefined) throw new CronSyntaxError(`unrecognized descriptor: ${text}`);
  return fields.split(' ');
}

function everySeconds(text: string): number {
  const duration = text.slice('@every '.length);
  const seconds = parseCronDuration(duration);
  if (typeof seconds === 'string') throw new CronSyntaxError(`failed to parse duration ${text}: ${seconds}`);
  return Math.max(1, Math.floor(seconds));
}

function parseField(text: string, bounds: Bounds): FieldSet {
  const values = new Set<number>();
  let star = false;
  for (const part of text.split(',')) {
    if (part === '') continue;
    const range = parseRange(part, bounds);
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
    star ||= range.star;
  }
  return { values, star };
}

function parseRange(text: string, bounds: Bounds): { start: number; end: number; step: number; star: boolean } {
  const [range = '', stepText, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreHyphens] = range.split('-');
  const all = low === '*' || low === '?';
  const start = all ? bounds.min : parseValue(low, bounds);
  if (!all && moreHyphens.length) throw new CronSyntaxError(`too many hyphens: ${text}`);
  let end = all ? bounds.max : high === undefined ? start : parseValue(high, bounds);
  if (moreSteps.length) throw new CronSyntaxError(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  if (stepText !== undefined && high === undefined) end = bounds.max;
  checkRange(text, { start, end, step }, bounds);
  return { start, end, step, star: all && step <= 1 };
}

function checkRange(
  text: string,
  { start, end, step }: { start: number; end: number; step: number },
  { min, max }: Bounds,
): void {
  if (start < min) throw new CronSyntaxError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new CronSyntaxError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new CronSyntaxError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronSyntaxError(`step of range should be a positive number: ${text}`);
}

function parseValue(text: string, { names }: Bounds): number {
  const lower = text.toLowerCase();
  return Object.hasOwn(names, lower) ? (names[lower] ?? 0) : parseNumber(text);
}

function parseNumber(text: string): number {
  const quoted = JSON.stringify(text);
  if (!/^[+-]?\d+$/.test(text)) {
    throw new CronSyntaxError(`failed to parse int from ${text}: strconv.Atoi: parsing ${quoted}: invalid syntax`);
  }
  const value = Number(text);
  if (Math.abs(value) > 2 ** 63) {
    throw new CronSyntaxError(`failed to parse int from ${text}: strconv.Atoi: parsing ${quoted}: value out of range`);
  }
  if (value < 0) throw new CronSyntaxError(`negative number (${value}) not allowed: ${text}`);
  return value;
}
