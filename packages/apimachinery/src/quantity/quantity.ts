import { clampInt64 } from '../text/int64';
import {
  binarySuffix,
  decimalSuffix,
  interpretSuffix,
  type QuantityFormat,
  scanQuantity,
  type ScannedQuantity,
  type Suffix,
} from './scan';

export const QUANTITY_FORMAT_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
export const QUANTITY_SUFFIX_ERROR = "unable to parse quantity's suffix";

/** A text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
const INT64_DIGITS = 19;
/** Numbers further apart than this many decimal places are not added: the sum would fill the memory. */
const MAX_ALIGNMENT = 100_000;

/**
 * An exact number with a unit, as resource.Quantity: `mantissa * 10^scale`, printed in `format`. Immutable. Precision ends
 * at nano, rounded away from zero when parsed.
 */
export class Quantity {
  constructor(
    private readonly mantissa: bigint,
    private readonly scale: number,
    readonly format: QuantityFormat,
    private readonly source?: string,
  ) {}

  get isZero(): boolean {
    return this.mantissa === 0n;
  }

  get sign(): -1 | 0 | 1 {
    if (this.mantissa === 0n) return 0;
    return this.mantissa < 0n ? -1 : 1;
  }

  /**
   * The sum, in this quantity's format, or in the other's when this is zero. Throws a RangeError where a sum is too long to
   * hold.
   */
  add(other: Quantity): Quantity {
    const format = this.isZero ? other.format : this.format;
    const scale = commonScale(this, other);
    return new Quantity(this.mantissaAt(scale) + other.mantissaAt(scale), scale, format);
  }

  /** The difference; format and error as of `add`. */
  sub(other: Quantity): Quantity {
    return this.add(other.neg());
  }

  neg(): Quantity {
    return new Quantity(-this.mantissa, this.scale, this.format);
  }

  mul(factor: bigint): Quantity {
    return new Quantity(this.mantissa * factor, this.scale, this.format);
  }

  /** The same amount, printed in another format. */
  withFormat(format: QuantityFormat): Quantity {
    return new Quantity(this.mantissa, this.scale, format);
  }

  /** -1, 0 or 1 as this is less than, equal to or greater than the other. */
  cmp(other: Quantity): -1 | 0 | 1 {
    if (this.sign !== other.sign) return this.sign < other.sign ? -1 : 1;
    if (this.sign === 0) return 0;
    const left = magnitude(this.mantissa, this.scale);
    const right = magnitude(other.mantissa, other.scale);
    if (left !== right) return left < right === this.sign > 0 ? -1 : 1;
    const scale = Math.min(this.scale, other.scale);
    const difference = this.mantissaAt(scale) - other.mantissaAt(scale);
    if (difference === 0n) return 0;
    return difference < 0n ? -1 : 1;
  }

  equals(other: Quantity): boolean {
    return this.cmp(other) === 0;
  }

  /** The amount as a whole number, rounded away from zero and kept within 64 bits. */
  value(): bigint {
    return this.scaledValue(0);
  }

  /** The amount in thousandths, rounded away from zero and kept within 64 bits. */
  milliValue(): bigint {
    return this.scaledValue(-3);
  }

  /** The amount divided by `10^scale`, rounded away from zero and kept within 64 bits. */
  scaledValue(scale: number): bigint {
    if (this.isZero) return 0n;
    if (magnitude(this.mantissa, this.scale) - scale > INT64_DIGITS) return this.sign > 0 ? MAX_INT64 : -MAX_INT64 - 1n;
    return clampInt64(rescale(this.mantissa, this.scale, scale));
  }

  /** The nearest floating point number. */
  toNumber(): number {
    return Number(`${this.mantissa}e${this.scale}`);
  }

  /**
   * The canonical text: no fraction, the largest suffix that loses nothing, in this format. A text that upstream's parser takes
   * as canonical already is given back as it was written, like there.
   */
  toString(): string {
    return this.source ?? this.canonical();
  }

  toJSON(): string {
    return this.toString();
  }

  private canonical(): string {
    if (this.isZero) return '0';
    if (this.format !== 'BinarySI') return this.decimalText(this.format);
    return this.isWithin1024() || !this.isWhole() ? this.decimalText('DecimalSI') : this.binaryText();
  }

  private decimalText(format: QuantityFormat): string {
    let [mantissa, exponent] = removeFactors(this.mantissa, 10n);
    exponent += this.scale;
    while (exponent % 3 !== 0 || decimalSuffix(exponent, format) === undefined) {
      mantissa *= 10n;
      exponent--;
    }
    return `${mantissa}${decimalSuffix(exponent, format) ?? ''}`;
  }

  private binaryText(): string {
    let [mantissa, power] = removeFactors(rescale(this.mantissa, this.scale, 0), 1024n);
    while (binarySuffix(power * 10) === undefined) {
      mantissa *= 1024n;
      power--;
    }
    return `${mantissa}${binarySuffix(power * 10) ?? ''}`;
  }

  private isWithin1024(): boolean {
    const limit = new Quantity(1024n, 0, 'DecimalSI');
    return this.cmp(limit) < 0 && this.cmp(limit.neg()) > 0;
  }

  private isWhole(): boolean {
    return this.scale >= 0 || this.mantissa % 10n ** BigInt(-this.scale) === 0n;
  }

  private mantissaAt(scale: number): bigint {
    return this.mantissa === 0n ? 0n : this.mantissa * 10n ** BigInt(this.scale - scale);
  }

  /** For `commonScale`, which needs both. */
  get decimalScale(): number {
    return this.scale;
  }
}

/**
 * Reads a quantity: sign, decimal number, then a suffix of n u m k M G T P E, Ki to Ei, or an exponent. Throws a QuantityError.
 */
export function parseQuantity(text: string): Quantity {
  const scanned = scanQuantity(text);
  if (!scanned) throw new QuantityError(QUANTITY_FORMAT_ERROR);
  const suffix = interpretSuffix(scanned.suffix);
  if (!suffix) throw new QuantityError(QUANTITY_SUFFIX_ERROR);
  const digits = BigInt(scanned.integer + scanned.fraction);
  const positive = suffix.base === 2 ? digits << BigInt(suffix.exponent) : digits;
  const scale = (suffix.base === 2 ? 0 : suffix.exponent) - scanned.fraction.length;
  const rounded = roundToNano(positive, scale);
  const capped = suffix.base === 2 ? capAtInt64(rounded.mantissa, rounded.scale) : rounded;
  const format = suffix.base === 2 && isFraction(capped) ? 'DecimalSI' : suffix.format;
  const mantissa = scanned.negative ? -capped.mantissa : capped.mantissa;
  return new Quantity(mantissa, capped.scale, format, isKeptAsWritten(scanned, suffix, scale) ? text : undefined);
}

/** The canonical text of a quantity in JSON, which may be a number and have space around it. Throws a QuantityError. */
export function canonicalQuantity(value: string | number): string {
  return parseQuantity(String(value).trim()).toString();
}

/** A whole number as a quantity. */
export function newQuantity(value: bigint | number, format: QuantityFormat): Quantity {
  return new Quantity(BigInt(value), 0, format);
}

/** Thousandths as a quantity, such as CPU time. */
export function newMilliQuantity(value: bigint | number, format: QuantityFormat): Quantity {
  return new Quantity(BigInt(value), -3, format);
}

/** Whether upstream's parser keeps the text: its fast path takes these for canonical, though `+1`, `1E3` or `1.234` are not. */
function isKeptAsWritten({ integer, fraction }: ScannedQuantity, { base, exponent }: Suffix, scale: number): boolean {
  const digits = integer + fraction;
  if (base === 2) {
    const precision = 15 - integer.length - Math.trunc((exponent * 3) / 10) - 1;
    return fraction === '' && precision >= 0 && (BigInt(integer) & 7n) !== 0n;
  }
  return digits.length <= 18 && scale >= NANO && scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

function roundToNano(mantissa: bigint, scale: number): { mantissa: bigint; scale: number } {
  if (scale >= NANO || mantissa === 0n) return { mantissa, scale: mantissa === 0n ? 0 : scale };
  if (magnitude(mantissa, scale) < NANO) return { mantissa: 1n, scale: NANO };
  return { mantissa: rescale(mantissa, scale, NANO), scale: NANO };
}

function capAtInt64(mantissa: bigint, scale: number): { mantissa: bigint; scale: number } {
  const whole = mantissa / 10n ** BigInt(-scale);
  const isMore = whole > MAX_INT64 || (whole === MAX_INT64 && mantissa % 10n ** BigInt(-scale) !== 0n);
  return isMore ? { mantissa: MAX_INT64, scale: 0 } : { mantissa, scale };
}

function isFraction({ mantissa, scale }: { mantissa: bigint; scale: number }): boolean {
  return mantissa > 0n && mantissa < 10n ** BigInt(-scale);
}

/** The mantissa at another scale, rounded away from zero where digits are lost. */
function rescale(mantissa: bigint, from: number, to: number): bigint {
  if (from >= to) return mantissa * 10n ** BigInt(from - to);
  if (magnitude(mantissa, from) < to) return mantissa < 0n ? -1n : 1n;
  const divisor = 10n ** BigInt(to - from);
  const quotient = mantissa / divisor;
  if (mantissa % divisor === 0n) return quotient;
  return mantissa < 0n ? quotient - 1n : quotient + 1n;
}

/** How many digits stand before the point: `10^(magnitude-1) <= |value| < 10^magnitude`. */
function magnitude(mantissa: bigint, scale: number): number {
  return abs(mantissa).toString().length + scale;
}

function removeFactors(value: bigint, factor: bigint): [bigint, number] {
  let times = 0;
  let rest = value;
  while (rest % factor === 0n) {
    rest /= factor;
    times++;
  }
  return [rest, times];
}

function commonScale(a: Quantity, b: Quantity): number {
  if (a.isZero) return b.decimalScale;
  if (b.isZero) return a.decimalScale;
  if (Math.abs(a.decimalScale - b.decimalScale) > MAX_ALIGNMENT) throw new RangeError('quantities are too far apart to be added');
  return Math.min(a.decimalScale, b.decimalScale);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
