/** The parts of a quantity's text, before they are understood. */
export interface ScannedQuantity {
  readonly negative: boolean;
  /** Digits before the point without leading zeros; `0` where there are none. */
  readonly integer: string;
  /** Digits behind the point. */
  readonly fraction: string;
  readonly suffix: string;
}

export type QuantityFormat = 'DecimalExponent' | 'BinarySI' | 'DecimalSI';

export interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

// Two steps, so that no text makes the matching slow.
const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?/;
const SUFFIX = /^[eEinumkKMGTP]*[-+]?[0-9]*$/;
const MAX_INT32 = 2 ** 31 - 1;

const DECIMAL_SUFFIXES: readonly (readonly [string, number])[] = [
  ['n', -9], ['u', -6], ['m', -3], ['', 0], ['k', 3], ['M', 6], ['G', 9], ['T', 12], ['P', 15], ['E', 18],
];
const BINARY_SUFFIXES: readonly (readonly [string, number])[] = [
  ['Ki', 10], ['Mi', 20], ['Gi', 30], ['Ti', 40], ['Pi', 50], ['Ei', 60],
];

const SUFFIXES: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ...DECIMAL_SUFFIXES.map(([text, exponent]) => [text, { base: 10, exponent, format: 'DecimalSI' }] as const),
  ...BINARY_SUFFIXES.map(([text, exponent]) => [text, { base: 2, exponent, format: 'BinarySI' }] as const),
]);

const DECIMAL_TEXTS: ReadonlyMap<number, string> = new Map(DECIMAL_SUFFIXES.map(([text, exponent]) => [exponent, text]));
const BINARY_TEXTS: ReadonlyMap<number, string> = new Map(BINARY_SUFFIXES.map(([text, exponent]) => [exponent, text]));

/**
 * Takes a text apart; undefined where upstream's scanner refuses its form. It is as lenient as upstream's: `.` and `-` are zero.
 */
export function scanQuantity(text: string): ScannedQuantity | undefined {
  const match = NUMBER.exec(text);
  if (!text || !match) return undefined;
  const [number, sign, integer = '', fraction = ''] = match;
  const suffix = text.slice(number.length);
  if (!SUFFIX.test(suffix)) return undefined;
  return { negative: sign === '-', integer: integer.replace(/^0+/, '') || '0', fraction, suffix };
}

/** What a suffix means; undefined where it means nothing. */
export function interpretSuffix(text: string): Suffix | undefined {
  const known = SUFFIXES.get(text);
  if (known) return known;
  if (!/^[eE][+-]?\d+$/.test(text)) return undefined;
  const exponent = Number(text.slice(1));
  return Math.abs(exponent) <= MAX_INT32 ? { base: 10, exponent, format: 'DecimalExponent' } : undefined;
}

/** The suffix of a power of ten that is a multiple of three, or undefined where there is none. */
export function decimalSuffix(exponent: number, format: QuantityFormat): string | undefined {
  if (format !== 'DecimalExponent') return DECIMAL_TEXTS.get(exponent);
  return exponent === 0 ? '' : `e${exponent}`;
}

/** The suffix of a power of two that is a multiple of ten, or undefined where there is none. */
export function binarySuffix(exponent: number): string | undefined {
  return exponent === 0 ? '' : BINARY_TEXTS.get(exponent);
}
