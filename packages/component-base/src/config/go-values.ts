const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['\u00b5s', 1e3],
  ['\u03bcs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

const TRUE: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Reads a boolean as Go's strconv.ParseBool, with its error text. */
export function parseGoBoolean(text: string): boolean {
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Reads a whole number as Go's strconv.ParseInt, with its error text; at most 2^53. */
export function parseGoInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return value;
}

/** Reads a Go duration (`1h30m`, `500ms`) as milliseconds, with the error texts of time.ParseDuration. */
export function parseGoDuration(text: string): number {
  const [, sign = '', terms = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (terms === '0') return 0;
  if (!/^(\d|\.\d)/.test(terms)) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  let nanoseconds = 0;
  for (const [, number = '', unit = ''] of terms.matchAll(/(\d*\.?\d*)([^.\d]*)/g)) {
    if (number === '' && unit === '') continue;
    nanoseconds += readTerm(text, number, unit);
  }
  return ((sign === '-' ? -1 : 1) * nanoseconds) / 1e6;
}

/** Milliseconds as Go prints a duration: `1m0s`, `1.5s`, `20ms`, `0s`. */
export function formatGoDuration(milliseconds: number): string {
  if (milliseconds < 0) return `-${formatGoDuration(-milliseconds)}`;
  if (milliseconds === 0) return '0s';
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = `${(milliseconds % 60_000) / 1000}s`;
  if (hours) return `${hours}h${minutes}m${seconds}`;
  return minutes ? `${minutes}m${seconds}` : seconds;
}

function readTerm(text: string, number: string, unit: string): number {
  if (!/\d/.test(number)) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  if (!unit) throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
  const size = NANOSECONDS.get(unit);
  if (size === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
  return Number(number) * size;
}
