import type { Comprehension, Expr } from '../syntax/ast';
import { ACCUMULATOR } from '../syntax/builder';
import { Operator } from '../syntax/operators';
import { CelError, noSuchOverload } from '../values/cel-error';
import { MapValue } from '../values/map-value';
import { isList, type Value } from '../values/value';
import type { CompileContext } from './compile';
import type { Frame, Step } from './frame';
import { outcome } from './logic';
import type { Scope } from './scope';

/** Compiles what a macro has become. */
export function compileFold(fold: Comprehension, scope: Scope, context: CompileContext): Step {
  return fold.range.kind === 'list' && fold.accumulator !== ACCUMULATOR ? compileBind(fold, scope, context) : compileLoop(fold, scope, context);
}

/** A name for a value, which is worked out when it is first asked for. */
function compileBind({ accumulator, init, result }: Comprehension, scope: Scope, { compile }: CompileContext): Step {
  const value = compile(init, scope);
  const place = scope.nextPlace;
  const body = compile(result, scope.with(accumulator, (frame) => lazily(frame, place, value)));
  return (frame) => {
    frame.locals[place] = undefined;
    return body(frame);
  };
}

function lazily(frame: Frame, place: number, step: Step): Value | CelError {
  frame.charge(1);
  const known = frame.locals[place];
  return known === undefined ? (frame.locals[place] = outcome(step, frame)) : known;
}

interface Places {
  readonly accumulator: number;
  readonly first: number;
  readonly second: number | undefined;
}

function compileLoop(fold: Comprehension, scope: Scope, { compile }: CompileContext): Step {
  const range = compile(fold.range, scope);
  const init = compile(fold.init, scope);
  const accumulating = scope.with(fold.accumulator);
  const looping = accumulating.with(fold.variable);
  const inner = fold.secondVariable === undefined ? looping : looping.with(fold.secondVariable);
  const places: Places = { accumulator: scope.nextPlace, first: accumulating.nextPlace, second: fold.secondVariable === undefined ? undefined : looping.nextPlace };
  const always = fold.condition.kind === 'literal';
  const condition = always ? undefined : compile(fold.condition, inner);
  const step = gathering(fold.step, inner, compile) ?? compile(fold.step, inner);
  const result = compile(fold.result, accumulating);
  return (frame) => {
    const values = range(frame);
    if (values instanceof CelError) return values;
    const start = init(frame);
    if (start instanceof CelError) return start;
    // Results are gathered in place: the list of the start is this evaluation's own.
    frame.locals[places.accumulator] = isList(start) ? [...start] : start;
    runLoop(frame, values, { places, condition, step });
    return result(frame);
  };
}

interface Loop {
  readonly places: Places;
  readonly condition: Step | undefined;
  readonly step: Step;
}

function runLoop(frame: Frame, range: Value, loop: Loop): void {
  if (isList(range)) {
    for (let i = 0; i < range.length; i += 1) {
      const item = range[i] ?? null;
      const goesOn = loop.places.second === undefined ? runTurn(frame, loop, item, null) : runTurn(frame, loop, BigInt(i), item);
      if (!goesOn) return;
    }
  } else if (range instanceof MapValue) {
    for (const key of range.keys()) if (!runTurn(frame, loop, key, loop.places.second === undefined ? null : (range.get(key) ?? null))) return;
  } else {
    throw noSuchOverload();
  }
}

/** Whether the loop goes on. */
function runTurn(frame: Frame, { places, condition, step }: Loop, first: Value, second: Value): boolean {
  frame.turn();
  frame.locals[places.first] = first;
  if (places.second !== undefined) frame.locals[places.second] = second;
  if (condition && condition(frame) === false) return false;
  const value = outcome(step, frame);
  frame.locals[places.accumulator] = value;
  // Only where an error may be passed over does anything come after it.
  return condition !== undefined || !(value instanceof CelError);
}

/** `accumulator + [element]`, possibly on a condition, adds to the accumulator in place. */
function gathering(step: Expr, scope: Scope, compile: CompileContext['compile']): Step | undefined {
  if (step.kind !== 'call') return undefined;
  if (step.name === Operator.conditional) return gatheringIf(step.args, scope, compile);
  const [left, right] = step.args;
  if (step.name !== Operator.add || left?.kind !== 'ident' || left.name !== ACCUMULATOR || right?.kind !== 'list') return undefined;
  const accumulator = compile(left, scope);
  const added = compile(right, scope);
  return (frame) => {
    const items = accumulator(frame);
    if (items instanceof CelError) return items;
    const more = added(frame);
    if (more instanceof CelError) return more;
    frame.charge(1);
    if (!Array.isArray(items) || !isList(more)) throw noSuchOverload();
    items.push(...more);
    return items;
  };
}

function gatheringIf([condition, step, otherwise]: readonly Expr[], scope: Scope, compile: CompileContext['compile']): Step | undefined {
  if (!condition || !otherwise || step?.kind !== 'call') return undefined;
  const gather = gathering(step, scope, compile);
  if (!gather) return undefined;
  const [test, keep] = [compile(condition, scope), compile(otherwise, scope)];
  return (frame) => {
    const decided = test(frame);
    if (typeof decided !== 'boolean') return decided instanceof CelError ? decided : noSuchOverload();
    return decided ? gather(frame) : keep(frame);
  };
}
