import { CelError, noSuchKey, noSuchOverload } from '../values/cel-error';
import { MapValue } from '../values/map-value';
import { OpaqueValue } from '../values/opaque-value';
import { Optional } from '../values/optional';
import { isList, type Value } from '../values/value';
import { elementAt, keyText } from '../library/operators';
import type { Step } from './frame';

/** `value.field`; of an optional, the field of what is in it, as an optional. */
export function selectField(value: Value, field: string): Value | CelError {
  if (value instanceof Optional) return optionalField(value, field);
  const found = fieldOf(value, field);
  return found === undefined ? noSuchKey(field) : found;
}

/** `has(value.field)`. */
export function hasField(value: Value, field: string): boolean {
  if (value instanceof Optional) return value.value !== undefined && fieldOf(value.value, field) !== undefined;
  return value instanceof MapValue ? value.has(field) : fieldOf(value, field) !== undefined;
}

function fieldOf(value: Value, field: string): Value | undefined {
  if (value instanceof MapValue) return value.get(field);
  if (value instanceof OpaqueValue) return value.field(field);
  throw noSuchOverload();
}

function optionalField(value: Value, field: string): Optional {
  const inner = value instanceof Optional ? value.value : value;
  const found = inner === undefined ? undefined : fieldOf(inner, field);
  return toOptional(found);
}

/** `value.?field`. */
export function optionalSelect(operand: Step, field: Step): Step {
  return (frame) => {
    const value = operand(frame);
    if (value instanceof CelError) return value;
    frame.charge(1);
    const name = field(frame);
    if (typeof name !== 'string') throw noSuchOverload();
    return optionalField(value, name);
  };
}

/** `value[?index]`. */
export function optionalIndex(operand: Step, position: Step): Step {
  return (frame) => {
    const value = operand(frame);
    if (value instanceof CelError) return value;
    const at = position(frame);
    if (at instanceof CelError) return at;
    frame.charge(1);
    const inner = value instanceof Optional ? value.value : value;
    const found = inner === undefined ? undefined : element(inner, at);
    return toOptional(found);
  };
}

/** `value[index]`. */
export function index(operand: Step, position: Step): Step {
  return (frame) => {
    const value = operand(frame);
    if (value instanceof CelError) return value;
    const at = position(frame);
    if (at instanceof CelError) return at;
    frame.charge(1);
    if (value instanceof Optional) return toOptional(value.value === undefined ? undefined : element(value.value, at));
    const found = element(value, at);
    if (found !== undefined) return found;
    return isList(value) ? new CelError(`index out of bounds: ${keyText(at)}`) : noSuchKey(keyText(at));
  };
}

function toOptional(value: Value | undefined): Optional {
  return value === undefined ? Optional.none : Optional.of(value);
}

function element(value: Value, index: Value): Value | undefined {
  if (value instanceof MapValue) return value.get(index);
  if (isList(value)) return elementAt(value, index);
  throw new CelError('no such overload');
}
