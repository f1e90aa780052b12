import type { CheckedExpr, ResolvedCall } from '../checker/checked-expr';
import { LIST_COST, MAP_COST, STRUCT_COST } from '../cost/costs';
import { type CallCost, callCost } from '../cost/runtime-cost';
import type { Overload } from '../env/declarations';
import type { Environment } from '../env/environment';
import type { Call, CreateList, CreateMap, CreateStruct, Expr, Ident, Select } from '../syntax/ast';
import { Operator } from '../syntax/operators';
import { DYN, isDyn } from '../types/cel-type';
import { CelError, noSuchOverload } from '../values/cel-error';
import { EntriesMap } from '../values/map-value';
import { Optional } from '../values/optional';
import { isOfType, typeName } from '../values/type-name';
import { TypeValue } from '../values/type-value';
import type { Value } from '../values/value';
import { keyText } from '../library/operators';
import { compileFold } from './fold';
import { and, conditional, notStrictlyFalse, or } from './logic';
import { Scope } from './scope';
import { hasField, index, optionalIndex, optionalSelect, selectField } from './select';
import type { Step } from './frame';

/** What the parts of a compiler share. */
export interface CompileContext {
  readonly checked: CheckedExpr;
  readonly env: Environment;
  readonly compile: (expr: Expr, scope: Scope) => Step;
}

/** Compiles a checked expression to closures. */
export function compileExpr(checked: CheckedExpr, env: Environment): Step {
  const context: CompileContext = { checked, env, compile: (expr, scope) => compilePart(expr, scope, context) };
  return context.compile(checked.expr, Scope.empty());
}

function compilePart(expr: Expr, scope: Scope, context: CompileContext): Step {
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr;
      return () => value;
    }
    case 'ident':
      return compileIdent(expr, scope, context);
    case 'select':
      return compileSelect(expr, scope, context);
    case 'call':
      return compileCall(expr, scope, context);
    case 'list':
      return compileList(expr, scope, context);
    case 'map':
      return compileMap(expr, scope, context);
    case 'struct':
      return compileStruct(expr, scope, context);
    case 'comprehension':
      return compileFold(expr, scope, context);
  }
}

function compileIdent({ id, name }: Ident, scope: Scope, context: CompileContext): Step {
  return scope.read(name) ?? compileName(id, context) ?? (() => new CelError(`no such attribute: ${name}`));
}

/** A variable or type that a name, possibly with dots, stands for. */
function compileName(id: number, { checked }: CompileContext): Step | undefined {
  const found = checked.names.get(id);
  if (!found) return undefined;
  if ('typeName' in found) {
    const type = new TypeValue(found.typeName);
    return () => type;
  }
  const { variable } = found;
  return (frame) => {
    frame.charge(1);
    const value = frame.activation(variable);
    return value === undefined ? new CelError(`no such attribute: ${variable}`) : value;
  };
}

function compileSelect(expr: Select, scope: Scope, context: CompileContext): Step {
  const named = compileName(expr.id, context);
  if (named) return named;
  const operand = context.compile(expr.operand, scope);
  const { field } = expr;
  if (expr.testOnly) {
    return (frame) => {
      const value = operand(frame);
      return value instanceof CelError ? value : hasField(value, field);
    };
  }
  return (frame) => {
    const value = operand(frame);
    if (value instanceof CelError) return value;
    frame.charge(1);
    return selectField(value, field);
  };
}

function compileCall(expr: Call, scope: Scope, context: CompileContext): Step {
  const resolved = context.checked.calls.get(expr.id);
  if (!resolved) throw new Error(`expression was not checked: ${expr.name}`);
  const exprs = expr.target && !resolved.namespaced ? [expr.target, ...expr.args] : expr.args;
  const steps = exprs.map((each) => context.compile(each, scope));
  return builtIn(resolved.name, steps) ?? dispatch(resolved, steps, exprs.some(({ id }) => isDyn(context.checked.types.get(id) ?? { kind: 'dyn' })));
}

/** Operators whose operands are not always evaluated, or that are part of reading a field. */
function builtIn(name: string, [a, b, c]: readonly Step[]): Step | undefined {
  if (!a) return undefined;
  if (name === Operator.notStrictlyFalse) return notStrictlyFalse(a);
  if (!b) return undefined;
  switch (name) {
    case Operator.and:
      return and(a, b);
    case Operator.or:
      return or(a, b);
    case Operator.conditional:
      return c && conditional(a, b, c);
    case Operator.optionalSelect:
      return optionalSelect(a, b);
    case Operator.index:
      return index(a, b);
    case Operator.optionalIndex:
      return optionalIndex(a, b);
    default:
      return undefined;
  }
}

/** An overload with what its calls cost. */
interface Candidate {
  readonly overload: Overload;
  readonly cost: CallCost;
}

function dispatch({ name, overloads }: ResolvedCall, steps: readonly Step[], untyped: boolean): Step {
  const candidates: readonly Candidate[] = overloads.map((overload) => ({ overload, cost: callCost(name, overload.id) }));
  const [only] = candidates;
  if (only && candidates.length === 1 && !untyped) return invoke(() => only, steps);
  return invoke((args) => {
    for (const candidate of candidates) if (takes(candidate.overload, args)) return candidate;
    return noSuchOverload(`${name}(${args.map(typeName).join(', ')})`);
  }, steps);
}

function takes({ args: types }: Overload, args: readonly Value[]): boolean {
  for (let i = 0; i < types.length; i += 1) if (!isOfType(args[i] ?? null, types[i] ?? DYN)) return false;
  return true;
}

function invoke(choose: (args: readonly Value[]) => Candidate | CelError, steps: readonly Step[]): Step {
  return (frame) => {
    const args: Value[] = [];
    for (const step of steps) {
      const value = step(frame);
      if (value instanceof CelError) return value;
      args.push(value);
    }
    const chosen = choose(args);
    if (chosen instanceof CelError) return chosen;
    const result = chosen.overload.call(...args);
    frame.charge(chosen.cost(args, result));
    return result;
  };
}

function compileList({ elements, optional }: CreateList, scope: Scope, { compile }: CompileContext): Step {
  const steps = elements.map((element) => compile(element, scope));
  if (elements.every(({ kind }) => kind === 'literal') && optional.size === 0 && elements.length) {
    const constant = elements.map((element) => (element.kind === 'literal' ? element.value : null));
    return () => constant;
  }
  return (frame) => {
    frame.charge(LIST_COST);
    const items: Value[] = [];
    for (const [i, step] of steps.entries()) {
      const value = step(frame);
      if (value instanceof CelError) return value;
      const present = optional.has(i) ? optionalValue(value) : value;
      if (present !== undefined) items.push(present);
    }
    return items;
  };
}

function optionalValue(value: Value): Value | undefined {
  if (!(value instanceof Optional)) throw new CelError(`cannot initialize optional list element from non-optional value ${typeName(value)}`);
  return value.value;
}

function compileMap({ entries }: CreateMap, scope: Scope, { compile }: CompileContext): Step {
  const steps = entries.map(({ key, value, optional }) => ({ key: compile(key, scope), value: compile(value, scope), optional }));
  return (frame) => {
    frame.charge(MAP_COST);
    const map = new EntriesMap();
    for (const { key, value, optional } of steps) {
      const name = key(frame);
      if (name instanceof CelError) return name;
      const given = value(frame);
      if (given instanceof CelError) return given;
      const present = optional ? optionalValue(given) : given;
      if (present === undefined) continue;
      if (typeof name === 'number') throw new CelError('unsupported key type: double');
      if (map.has(name)) throw new CelError(`Failed with repeated key: ${keyText(name)}`);
      if (!map.add(name, present)) throw new CelError(`unsupported key type: ${typeName(name)}`);
    }
    return map;
  };
}

function compileStruct({ typeName: name, fields }: CreateStruct, scope: Scope, { compile, env }: CompileContext): Step {
  const steps = fields.map(({ field, value, optional }) => ({ field, value: compile(value, scope), optional }));
  return (frame) => {
    frame.charge(STRUCT_COST);
    const values = new Map<string, Value>();
    for (const { field, value, optional } of steps) {
      const given = value(frame);
      if (given instanceof CelError) return given;
      const present = optional ? optionalValue(given) : given;
      if (present !== undefined) values.set(field, present);
    }
    if (!env.types.construct) throw new CelError(`unknown type: ${name}`);
    return env.types.construct(name, values);
  };
}
