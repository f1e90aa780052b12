import type { Expr } from './ast';
import { ACCUMULATOR, type Builder } from './builder';
import { Operator } from './operators';
import type { Issue } from './source';

/** A call that a macro may take the place of. */
export interface MacroCall {
  readonly offset: number;
  readonly target?: Expr;
  readonly args: readonly Expr[];
}

export interface MacroContext {
  readonly make: Builder;
  readonly report: (issue: Issue) => void;
}

/** What a call becomes; undefined where it is no macro after all. */
export type Macro = (call: MacroCall, context: MacroContext) => Expr | undefined;

interface Loop {
  readonly offset: number;
  readonly range: Expr;
  readonly variable: string;
  readonly secondVariable?: string;
  readonly args: readonly Expr[];
}

type LoopMacro = (loop: Loop, context: MacroContext) => Expr;

/** Macros by name, form (`.` before those of a target) and number of arguments. */
export const MACROS: ReadonlyMap<string, Macro> = new Map([
  ['has/1', has],
  ['.all/2', overRange(1, all)],
  ['.exists/2', overRange(1, exists)],
  ['.exists_one/2', overRange(1, existsOne)],
  ['.existsOne/2', overRange(1, existsOne)],
  ['.map/2', overRange(1, mapped)],
  ['.map/3', overRange(1, mapped)],
  ['.filter/2', overRange(1, filtered)],
  ['.all/3', overRange(2, all)],
  ['.exists/3', overRange(2, exists)],
  ['.exists_one/3', overRange(2, existsOne)],
  ['.existsOne/3', overRange(2, existsOne)],
  ['.transformList/3', overRange(2, mapped)],
  ['.transformList/4', overRange(2, mapped)],
  ['.transformMap/3', overRange(2, transformMap)],
  ['.transformMap/4', overRange(2, transformMap)],
  ['.transformMapEntry/3', overRange(2, transformMapEntry)],
  ['.transformMapEntry/4', overRange(2, transformMapEntry)],
  ['.optMap/2', optional(true)],
  ['.optFlatMap/2', optional(false)],
]);

/** `cel.bind(name, value, expression)`, where the environment has it. */
export const BIND: readonly [string, Macro] = ['.bind/3', bind];

function has({ offset, args: [arg] }: MacroCall, { make, report }: MacroContext): Expr | undefined {
  if (arg?.kind === 'select' && !arg.testOnly) return make.select(offset, arg.operand, arg.field, true);
  report({ offset: arg?.offset ?? offset, message: 'invalid argument to has() macro' });
  return make.literal(offset, false);
}

function overRange(variables: 1 | 2, expand: LoopMacro): Macro {
  return ({ offset, target, args }, context) => {
    if (!target) return undefined;
    const names: string[] = [];
    for (const arg of args.slice(0, variables)) {
      const message = variableProblem(arg, names, variables);
      if (message) context.report({ offset: arg.offset, message });
      names.push(arg.kind === 'ident' ? arg.name : '');
    }
    const [variable = '', secondVariable] = names;
    const loop = { offset, range: target, variable, args: args.slice(variables) };
    return expand(secondVariable === undefined ? loop : { ...loop, secondVariable }, context);
  };
}

function variableProblem(arg: Expr, names: readonly string[], variables: 1 | 2): string | undefined {
  if (arg.kind !== 'ident') return variables === 1 ? 'argument must be a simple name' : 'argument must be a simple name';
  if (arg.name === ACCUMULATOR || arg.name === '__result__') return 'iteration variable overwrites accumulator variable';
  return names.includes(arg.name) ? `duplicate variable name: ${arg.name}` : undefined;
}

function all({ args: [predicate], ...loop }: Loop, { make }: MacroContext): Expr {
  const { offset } = loop;
  return make.fold(offset, {
    ...loop,
    init: make.literal(offset, true),
    condition: make.call(offset, Operator.notStrictlyFalse, make.accumulator(offset)),
    step: make.call(offset, Operator.and, make.accumulator(offset), predicate ?? make.literal(offset, true)),
    result: make.accumulator(offset),
  });
}

function exists({ args: [predicate], ...loop }: Loop, { make }: MacroContext): Expr {
  const { offset } = loop;
  return make.fold(offset, {
    ...loop,
    init: make.literal(offset, false),
    condition: make.call(offset, Operator.notStrictlyFalse, make.call(offset, Operator.not, make.accumulator(offset))),
    step: make.call(offset, Operator.or, make.accumulator(offset), predicate ?? make.literal(offset, true)),
    result: make.accumulator(offset),
  });
}

function existsOne({ args: [predicate], ...loop }: Loop, { make }: MacroContext): Expr {
  const { offset } = loop;
  const more = make.call(offset, Operator.add, make.accumulator(offset), make.literal(offset, 1n));
  return make.fold(offset, {
    ...loop,
    init: make.literal(offset, 0n),
    condition: make.literal(offset, true),
    step: make.call(offset, Operator.conditional, predicate ?? make.literal(offset, true), more, make.accumulator(offset)),
    result: make.call(offset, Operator.equals, make.accumulator(offset), make.literal(offset, 1n)),
  });
}

/** `map` and `transformList`: the last argument is what an element becomes, the one before it chooses. */
function mapped({ args, ...loop }: Loop, context: MacroContext): Expr {
  const [filter, transform] = args.length === 2 ? args : [undefined, args[0]];
  return gather(loop, filter, transform, context);
}

function filtered({ args: [filter], ...loop }: Loop, context: MacroContext): Expr {
  return gather(loop, filter, context.make.ident(loop.offset, loop.variable), context);
}

function gather(loop: Omit<Loop, 'args'>, filter: Expr | undefined, element: Expr | undefined, { make }: MacroContext): Expr {
  const { offset } = loop;
  const step = make.call(offset, Operator.add, make.accumulator(offset), make.list(offset, element ? [element] : []));
  return make.fold(offset, {
    ...loop,
    init: make.list(offset),
    condition: make.literal(offset, true),
    step: filter ? make.call(offset, Operator.conditional, filter, step, make.accumulator(offset)) : step,
    result: make.accumulator(offset),
  });
}

function transformMap({ args, ...loop }: Loop, context: MacroContext): Expr {
  const { make } = context;
  const [filter, value] = args.length === 2 ? args : [undefined, args[0]];
  const { offset, variable } = loop;
  const added = value ? [make.accumulator(offset), make.ident(offset, variable), value] : [];
  return gatherMap(loop, filter, make.call(offset, 'cel.@mapInsert', ...added), context);
}

function transformMapEntry({ args, ...loop }: Loop, context: MacroContext): Expr {
  const { make } = context;
  const [filter, entry] = args.length === 2 ? args : [undefined, args[0]];
  const added = entry ? [make.accumulator(loop.offset), entry] : [];
  return gatherMap(loop, filter, make.call(loop.offset, 'cel.@mapInsert', ...added), context);
}

function gatherMap(loop: Omit<Loop, 'args'>, filter: Expr | undefined, step: Expr, { make }: MacroContext): Expr {
  const { offset } = loop;
  return make.fold(offset, {
    ...loop,
    init: make.map(offset),
    condition: make.literal(offset, true),
    step: filter ? make.call(offset, Operator.conditional, filter, step, make.accumulator(offset)) : step,
    result: make.accumulator(offset),
  });
}

/** `x.optMap(v, e)`: the optional of `e` where `x` has a value `v`; optFlatMap's `e` is an optional itself. */
function optional(wrap: boolean): Macro {
  return ({ offset, target, args: [name, expression] }, { make, report }) => {
    if (!target || !name || !expression) return undefined;
    if (name.kind !== 'ident') {
      report({ offset: name.offset, message: `${wrap ? 'optMap' : 'optFlatMap'}() variable name must be a simple identifier` });
      return make.literal(offset, false);
    }
    // The target is named, so that it is worked out once.
    const subject = make.ident(offset, '@target');
    const value = bound(make, { offset, name: name.name, value: make.memberCall(offset, 'value', subject, []), body: expression });
    const chosen = make.call(
      offset,
      Operator.conditional,
      make.memberCall(offset, 'hasValue', make.ident(offset, '@target'), []),
      wrap ? make.call(offset, 'optional.of', value) : value,
      make.call(offset, 'optional.none'),
    );
    return bound(make, { offset, name: '@target', value: target, body: chosen });
  };
}

function bind({ offset, target, args: [name, value, body] }: MacroCall, { make, report }: MacroContext): Expr | undefined {
  if (target?.kind !== 'ident' || target.name !== 'cel' || !name || !value || !body) return undefined;
  if (name.kind === 'ident') return bound(make, { offset, name: name.name, value, body });
  report({ offset: name.offset, message: 'cel.bind() variable names must be simple identifiers' });
  return make.literal(offset, false);
}

/** A name for a value within an expression: a fold over nothing whose accumulator has the name. */
function bound(make: Builder, { offset, name, value, body }: { offset: number; name: string; value: Expr; body: Expr }): Expr {
  return make.fold(offset, {
    range: make.list(offset),
    variable: '#unused',
    accumulator: name,
    init: value,
    condition: make.literal(offset, false),
    step: make.ident(offset, name),
    result: body,
  });
}
