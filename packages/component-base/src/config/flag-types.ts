import { isIP } from 'node:net';
import { formatGoDuration, parseGoBoolean, parseGoDuration, parseGoInteger } from './go-values';

/** One command line flag. Its name is the key it is declared under, in kebab case: `bindAddress` is `--bind-address`. */
export interface Flag<T> {
  /** What `--help` calls the value: `string`, `duration`, `strings`, … */
  readonly valueName: string;
  readonly help: string;
  readonly default: T;
  /** Makes the value of one occurrence; `previous` is what earlier ones gave. Throws with the text of the error. */
  parse(text: string, previous: T | undefined): T;
  /** The default as `--help` shows it; empty for none. */
  readonly defaultText: string;
  /** The value of a flag that stands alone, where it may. */
  readonly bareValue?: string;
  /** A one-letter form, such as `-v`. */
  readonly shorthand?: string;
  /** Why not to use it any more, said when it is used. */
  readonly deprecated?: string;
  /** The value names files that are read: `checkInputFiles` looks whether they can be. */
  readonly readsFiles?: boolean;
}

/** What every kind of flag may say. */
export interface FlagOptions<T> {
  readonly default: T;
  readonly help: string;
  readonly shorthand?: string;
  readonly deprecated?: string;
}

export function stringFlag(options: FlagOptions<string>): Flag<string> {
  const defaultText = options.default && JSON.stringify(options.default);
  return { ...options, valueName: 'string', defaultText, parse: (text) => text };
}

/** A text that is undefined when the flag is not given. */
export function optionalStringFlag(options: Omit<FlagOptions<string>, 'default'>): Flag<string | undefined> {
  return { ...options, valueName: 'string', default: undefined, defaultText: '', parse: (text) => text };
}

/** The path of a file that the program reads. */
export function inputFileFlag(options: Omit<FlagOptions<string>, 'default'>): Flag<string | undefined> {
  return { ...optionalStringFlag(options), readsFiles: true };
}

/** Paths of files that the program reads. */
export function inputFilesFlag(options: Omit<FlagOptions<string>, 'default'>): Flag<readonly string[]> {
  return { ...listFlag({ ...options, default: [] }), readsFiles: true };
}

/** An IP address, of either family. */
export function ipFlag(options: FlagOptions<string>): Flag<string> {
  return { ...options, valueName: 'ip', defaultText: options.default, parse: parseIp };
}

/** An IP address that is undefined when the flag is not given. */
export function optionalIpFlag(options: Omit<FlagOptions<string>, 'default'>): Flag<string | undefined> {
  return { ...options, valueName: 'ip', default: undefined, defaultText: '', parse: parseIp };
}

function parseIp(text: string): string {
  if (isIP(text.trim())) return text.trim();
  throw new Error(`failed to parse IP: ${JSON.stringify(text)}`);
}

/** One of the given texts. */
export function choiceFlag<const T extends string>(options: FlagOptions<T> & { readonly choices: readonly T[] }): Flag<T> {
  return {
    ...options,
    valueName: 'string',
    defaultText: JSON.stringify(options.default),
    parse(text) {
      const chosen = options.choices.find((choice) => choice === text);
      if (chosen !== undefined) return chosen;
      throw new Error(`must be one of ${options.choices.map((choice) => JSON.stringify(choice)).join(', ')}`);
    },
  };
}

export function booleanFlag(options: FlagOptions<boolean>): Flag<boolean> {
  return { ...options, valueName: '', bareValue: 'true', defaultText: options.default ? 'true' : '', parse: parseGoBoolean };
}

export function integerFlag(options: FlagOptions<number> & { readonly valueName?: string }): Flag<number> {
  const defaultText = options.default === 0 ? '' : String(options.default);
  return { ...options, valueName: options.valueName ?? 'int', defaultText, parse: parseGoInteger };
}

/** A number that need not be whole. */
export function numberFlag(options: FlagOptions<number>): Flag<number> {
  const defaultText = options.default === 0 ? '' : String(options.default);
  return { ...options, valueName: 'float', defaultText, parse: parseNumber };
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** A Go duration (`1m30s`); the value is milliseconds. */
export function durationFlag(options: FlagOptions<number>): Flag<number> {
  const defaultText = options.default === 0 ? '' : formatGoDuration(options.default);
  return { ...options, valueName: 'duration', defaultText, parse: parseGoDuration };
}

/** A list, by commas or by repetition; the first occurrence replaces the default. A part in double quotes may hold commas. */
export function listFlag(options: FlagOptions<readonly string[]>): Flag<readonly string[]> {
  const defaultText = options.default.length ? `[${options.default.join(',')}]` : '';
  return { ...options, valueName: 'strings', defaultText, parse: (text, previous = []) => [...previous, ...splitCommas(text)] };
}

/** `key=value` pairs, by commas or by repetition. */
export function mapFlag(options: FlagOptions<Readonly<Record<string, string>>>): Flag<Readonly<Record<string, string>>> {
  const pairs = Object.entries(options.default).map(([key, value]) => `${key}=${value}`);
  return {
    ...options,
    valueName: 'mapStringString',
    defaultText: pairs.join(','),
    parse: (text, previous = {}) => ({ ...previous, ...Object.fromEntries(splitCommas(text).map(splitPair)) }),
  };
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 0) throw new Error('malformed pair, expect string=string');
  return [pair.slice(0, equals).trim(), pair.slice(equals + 1)];
}

function splitCommas(text: string): string[] {
  if (text === '') return [];
  const parts = `${text},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g);
  return [...parts].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
}
