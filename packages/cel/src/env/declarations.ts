import type { CelType } from '../types/cel-type';
import type { Value } from '../values/value';

export type Implementation = (...args: readonly Value[]) => Value;

/** One form of a function: what it takes, gives and does. The target of a member function is its first argument. */
export interface Overload {
  readonly id: string;
  readonly name: string;
  readonly member: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  readonly call: Implementation;
}

/** A set of functions that an environment may have. */
export type Library = readonly Overload[];

/** A function `name(args)`. */
export function fn(name: string, id: string, args: readonly CelType[], result: CelType, call: Implementation): Overload {
  return { id, name, member: false, args, result, call };
}

/** A function `target.name(args)`, the target being the first of `args`. */
export function method(name: string, id: string, args: readonly CelType[], result: CelType, call: Implementation): Overload {
  return { id, name, member: true, args, result, call };
}
