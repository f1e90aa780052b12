import { goQuote } from '../text/go-quote';

/** A field that takes a whole number or a text, such as `maxUnavailable: 1` or `25%`, or a port by number or name. */
export type IntOrString = number | string;

const INTEGER = /^[+-]?\d+$/;

/** Whether the value is a text of the form `25%`. */
export function isPercent(value: IntOrString): value is string {
  return typeof value === 'string' && /^[0-9]+%$/.test(value);
}

export function intOrStringText(value: IntOrString): string {
  return typeof value === 'number' ? String(value) : value;
}

/**
 * The number that a value means: itself, or its share of `total` when it is a percentage, rounded up or down. Throws with
 * upstream's text when it is a text but no percentage. (intstr.GetScaledValueFromIntOrPercent)
 */
export function getScaledValueFromIntOrPercent(value: IntOrString | undefined, total: number, roundUp: boolean): number {
  if (value === undefined) throw new Error('nil value for IntOrString');
  if (typeof value === 'number') return value;
  const share = (percentOf(value) * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}

function percentOf(text: string): number {
  if (!text.endsWith('%')) throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  const digits = text.slice(0, -1);
  if (!INTEGER.test(digits)) throw invalidNumber(text, digits, 'invalid syntax');
  const percent = Number(digits);
  if (!Number.isSafeInteger(percent)) throw invalidNumber(text, digits, 'value out of range');
  return percent;
}

function invalidNumber(text: string, digits: string, why: string): Error {
  return new Error(
    `invalid value for IntOrString: invalid value ${goQuote(text)}: strconv.Atoi: parsing ${goQuote(digits)}: ${why}`,
  );
}
