import { parseQuantity, type Quantity } from '@typekube/apimachinery';

/** Amounts of resources by their names, as upstream's `ResourceList`. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const NO_AMOUNTS: Amounts = new Map();

/** Fails with a QuantityError for what validation would refuse. */
export function parseAmounts(list: Readonly<Record<string, string>> | undefined): Amounts {
  if (!list) return NO_AMOUNTS;
  return new Map(Object.entries(list).map(([name, amount]) => [name, parseQuantity(amount)]));
}

export function formatAmounts(amounts: Amounts): Record<string, string> {
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, amount.toString()]));
}

/** `a=1,b=2`, in the order of the names. */
export function printAmounts(amounts: Amounts): string {
  return [...amounts.keys()].sort().map((name) => `${name}=${amounts.get(name)?.toString() ?? ''}`).join(',');
}

export function addAmounts(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (left, right) => left.add(right));
}

export function maxAmounts(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (left, right) => (left.cmp(right) >= 0 ? left : right));
}

function combine(a: Amounts, b: Amounts, join: (left: Quantity, right: Quantity) => Quantity): Amounts {
  if (b.size === 0) return a;
  const sum = new Map(a);
  for (const [name, amount] of b) {
    const other = sum.get(name);
    sum.set(name, other ? join(other, amount) : amount);
  }
  return sum;
}

/** The difference, no less than nothing. What only `b` has is left out. */
export function subtractToZero(a: Amounts, b: Amounts): Amounts {
  return mapAmounts(a, (amount, name) => {
    const difference = amount.sub(b.get(name) ?? ZERO);
    return difference.sign < 0 ? ZERO : difference;
  });
}

const ZERO = parseQuantity('0');

function mapAmounts(amounts: Amounts, change: (amount: Quantity, name: string) => Quantity): Amounts {
  return new Map([...amounts].map(([name, amount]) => [name, change(amount, name)]));
}

/** Those of the given names alone. */
export function maskAmounts(amounts: Amounts, names: Iterable<string>): Amounts {
  const wanted = new Set(names);
  return filterAmounts(amounts, (_amount, name) => wanted.has(name));
}

export function filterAmounts(amounts: Amounts, keep: (amount: Quantity, name: string) => boolean): Amounts {
  return new Map([...amounts].filter(([name, amount]) => keep(amount, name)));
}

/** The same names with the same amounts, however they are written. */
export function equalAmounts(a: Amounts, b: Amounts): boolean {
  return a.size === b.size && [...a].every(([name, amount]) => b.get(name)?.equals(amount));
}

/** The names of which there is more than the limit allows. What has no limit may be any. */
export function exceededNames(amounts: Amounts, limits: Amounts): string[] {
  return [...amounts].flatMap(([name, amount]) => {
    const limit = limits.get(name);
    return limit && amount.cmp(limit) > 0 ? [name] : [];
  });
}
