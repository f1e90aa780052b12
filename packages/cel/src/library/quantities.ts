import { parseQuantity, type Quantity, newQuantity } from '@typekube/apimachinery';
import { fn, type Library, method } from '../env/declarations';
import { BOOL, DOUBLE, INT, opaqueType, STRING } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { OpaqueValue } from '../values/opaque-value';
import type { Value } from '../values/value';
import { int, opaque, text } from './arguments';

const QUANTITY = opaqueType('kubernetes.Quantity');
const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

class QuantityValue extends OpaqueValue {
  readonly type = QUANTITY;

  constructor(readonly quantity: Quantity) {
    super();
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && this.quantity.cmp(other.quantity) === 0;
  }

  override toJson(): unknown {
    return this.quantity.toString();
  }
}

function isQuantity(value: string): boolean {
  try {
    parseQuantity(value);
    return true;
  } catch {
    return false;
  }
}

function quantity(value: string): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(value));
  } catch (cause) {
    throw new CelError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const of = (value: Value | undefined): Quantity => opaque(value, QuantityValue).quantity;

/** The amount as an int, undefined where it is none of 64 bits. */
function asInt(amount: Quantity): bigint | undefined {
  const whole = amount.value();
  if (whole < MIN_INT || whole > MAX_INT) return undefined;
  return newQuantity(whole, amount.format).cmp(amount) === 0 ? whole : undefined;
}

function asInteger(amount: Quantity): bigint {
  const whole = asInt(amount);
  if (whole === undefined) throw new CelError('cannot convert value to integer');
  return whole;
}

const plain = (value: Value | undefined): Quantity => newQuantity(int(value), 'DecimalSI');

/** Kubernetes' quantities. */
export const QUANTITIES: Library = [
  fn('quantity', 'string_to_quantity', [STRING], QUANTITY, (value) => quantity(text(value))),
  fn('isQuantity', 'is_quantity_string', [STRING], BOOL, (value) => isQuantity(text(value))),
  method('sign', 'quantity_sign', [QUANTITY], INT, (value) => BigInt(of(value).sign)),
  method('isGreaterThan', 'quantity_is_greater_than', [QUANTITY, QUANTITY], BOOL, (a, b) => of(a).cmp(of(b)) > 0),
  method('isLessThan', 'quantity_is_less_than', [QUANTITY, QUANTITY], BOOL, (a, b) => of(a).cmp(of(b)) < 0),
  method('compareTo', 'quantity_compare_to', [QUANTITY, QUANTITY], INT, (a, b) => BigInt(of(a).cmp(of(b)))),
  method('asApproximateFloat', 'quantity_get_float', [QUANTITY], DOUBLE, (value) => of(value).toNumber()),
  method('asInteger', 'quantity_get_int', [QUANTITY], INT, (value) => asInteger(of(value))),
  method('isInteger', 'quantity_is_integer', [QUANTITY], BOOL, (value) => asInt(of(value)) !== undefined),
  method('add', 'quantity_add', [QUANTITY, QUANTITY], QUANTITY, (a, b) => new QuantityValue(of(a).add(of(b)))),
  method('add', 'quantity_add_int', [QUANTITY, INT], QUANTITY, (a, b) => new QuantityValue(of(a).add(plain(b)))),
  method('sub', 'quantity_sub', [QUANTITY, QUANTITY], QUANTITY, (a, b) => new QuantityValue(of(a).sub(of(b)))),
  method('sub', 'quantity_sub_int', [QUANTITY, INT], QUANTITY, (a, b) => new QuantityValue(of(a).sub(plain(b)))),
];
