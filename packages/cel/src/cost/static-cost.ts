import type { CheckedExpr } from '../checker/checked-expr';
import type { Call, Comprehension, Expr } from '../syntax/ast';
import { ACCUMULATOR } from '../syntax/builder';
import { type CelType, DYN, optionalElement } from '../types/cel-type';
import { codePointLength } from '../values/code-points';
import { LIST_COST, MAP_COST, REGEX_LENGTH_FACTOR, STRING_TRAVERSAL_FACTOR, STRUCT_COST } from './costs';
import { type CallEstimate, either, exactly, ONE, plus, type Range, scaled, type SizedNode, times, UNKNOWN, ZERO } from './estimates';
import { libraryEstimate } from './library-estimates';

/** The names that lead from a variable to a value: fields, `@items`, `@keys`, `@values`. */
export type Path = readonly string[];

/** How large the values at a path can be; undefined where that is not known. */
export type SizeOf = (path: Path) => Range | undefined;

/** What evaluating an expression costs at least and at most, after cel-go's checker.Cost. */
export function estimateCost(checked: CheckedExpr, sizeOf: SizeOf): Range {
  return new Estimator(checked, sizeOf).cost(checked.expr);
}

interface EntrySize {
  readonly list: boolean;
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly path: Path;
  readonly size: Range | undefined;
  readonly entries: EntrySize | undefined;
}

class Estimator {
  private readonly paths = new Map<number, Path>();
  private readonly sizes = new Map<number, Range>();
  private readonly entries = new Map<number, EntrySize>();
  private readonly locals = new Map<string, Local[]>();

  constructor(private readonly checked: CheckedExpr, private readonly sizeOf: SizeOf) {}

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return ZERO;
      case 'ident':
        this.paths.set(expr.id, this.local(expr.name)?.path ?? [expr.name]);
        return ONE;
      case 'select':
        return this.select(expr);
      case 'call':
        return this.call(expr);
      case 'list':
        return this.list(expr);
      case 'map':
        return this.map(expr);
      case 'struct':
        return plus(exactly(STRUCT_COST), ...expr.fields.map(({ value }) => this.cost(value)));
      case 'comprehension':
        return isBind(expr) ? this.bind(expr) : this.loop(expr);
    }
  }

  private local(name: string): Local | undefined {
    return this.locals.get(name)?.at(-1);
  }

  private within<T>(name: string, local: Local, work: () => T): T {
    const stack = this.locals.get(name) ?? [];
    this.locals.set(name, [...stack, local]);
    const result = work();
    this.locals.set(name, stack);
    return result;
  }

  private type(expr: Expr): CelType {
    return this.checked.types.get(expr.id) ?? DYN;
  }

  private path(expr: Expr): Path {
    return (expr.kind === 'ident' ? this.local(expr.name)?.path : undefined) ?? this.paths.get(expr.id) ?? [];
  }

  private select(expr: Expr & { kind: 'select' }): Range {
    const operand = this.cost(expr.operand);
    // Presence tests cost nothing of their own, as Kubernetes has it.
    if (expr.testOnly) return operand;
    this.paths.set(expr.id, [...this.path(expr.operand), expr.field]);
    const { kind } = this.type(expr.operand);
    return kind === 'map' || kind === 'object' ? plus(operand, ONE) : operand;
  }

  private list(expr: Expr & { kind: 'list' }): Range {
    const costs = expr.elements.map((element) => this.cost(element));
    const value = expr.elements.map((element) => this.size(element) ?? UNKNOWN).reduce<Range | undefined>((a, b) => (a ? either(a, b) : b), undefined);
    this.entries.set(expr.id, { list: true, key: ONE, value: value ?? ZERO });
    return plus(exactly(LIST_COST), ...costs);
  }

  private map(expr: Expr & { kind: 'map' }): Range {
    const costs = expr.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
    const join = (parts: readonly Expr[]): Range => parts.map((part) => this.size(part) ?? UNKNOWN).reduce<Range | undefined>((a, b) => (a ? either(a, b) : b), undefined) ?? ZERO;
    this.entries.set(expr.id, { list: false, key: join(expr.entries.map(({ key }) => key)), value: join(expr.entries.map(({ value }) => value)) });
    return plus(exactly(MAP_COST), ...costs);
  }

  private call(expr: Call): Range {
    const resolved = this.checked.calls.get(expr.id);
    const [first] = expr.args;
    if (expr.name === 'dyn' && first) return this.dyn(expr, first);
    const argCosts = expr.args.map((arg) => this.cost(arg));
    const args = expr.args.map((arg) => this.node(arg));
    const hasTarget = expr.target !== undefined && !resolved?.namespaced;
    const targetCost = hasTarget && expr.target ? this.cost(expr.target) : ZERO;
    const target = hasTarget && expr.target ? this.node(expr.target) : undefined;
    let cost: Range | undefined;
    let size: Range | undefined;
    for (const { id } of resolved?.overloads ?? []) {
      const estimate = this.overload(expr, { name: resolved?.name ?? expr.name, id, target, args, argCosts });
      cost = cost ? either(cost, estimate.cost) : estimate.cost;
      if (estimate.size) size = size ? either(size, estimate.size) : estimate.size;
      size = this.indexed(expr, id) ?? size;
    }
    const known = size ?? this.size(expr);
    if (known) this.sizes.set(expr.id, known);
    return plus(targetCost, cost ?? ZERO);
  }

  private dyn(expr: Call, arg: Expr): Range {
    const cost = this.cost(arg);
    this.copySizes(expr, arg);
    return plus(ONE, cost);
  }

  private copySizes(to: Expr, from: Expr): void {
    const [size, entries] = [this.size(from), this.entrySize(from)];
    if (size) this.sizes.set(to.id, size);
    if (entries) this.entries.set(to.id, entries);
  }

  /** The path and size of `list[i]` and `map[key]`. */
  private indexed(expr: Call, overload: string): Range | undefined {
    const [container] = expr.args;
    if (!container || (overload !== 'index_list' && overload !== 'index_map')) return undefined;
    this.paths.set(expr.id, [...this.path(container), overload === 'index_list' ? '@items' : '@values']);
    return this.entrySize(container)?.value;
  }

  private overload(
    expr: Call,
    call: { name: string; id: string; target: SizedNode | undefined; args: readonly SizedNode[]; argCosts: readonly Range[] },
  ): CallEstimate {
    const { name, id, target, args, argCosts } = call;
    const ofArgs = plus(...argCosts);
    const library = libraryEstimate(name)?.(target, args, id);
    if (library) return { ...library, cost: plus(library.cost, ofArgs) };
    return this.standard(expr, call) ?? { cost: plus(ONE, ofArgs) };
  }

  private standard(
    expr: Call,
    { id, target, args, argCosts }: { id: string; target: SizedNode | undefined; args: readonly SizedNode[]; argCosts: readonly Range[] },
  ): CallEstimate | undefined {
    const [a = NOTHING, b = NOTHING, c = NOTHING] = args;
    const [costA = ZERO, costB = ZERO, costC = ZERO] = argCosts;
    const ofArgs = plus(...argCosts);
    const factor = STRING_TRAVERSAL_FACTOR;
    switch (id) {
      case 'string_to_bytes':
        return { cost: plus(scaled(a.size, factor), ofArgs), size: { min: a.size.min, max: times(a.size, exactly(4)).max } };
      case 'bytes_to_string':
        return { cost: plus(scaled(a.size, factor), ofArgs), size: { min: Math.floor(a.size.min / 4), max: a.size.max } };
      case 'starts_with_string':
      case 'ends_with_string':
        return { cost: plus(scaled(a.size, factor), ofArgs) };
      case 'in_list':
        return { cost: plus(b.size, ofArgs) };
      case 'matches_string':
        return target && { cost: plus(times(scaled(plus(target.size, ONE), factor), scaled(a.size, REGEX_LENGTH_FACTOR)), ofArgs) };
      case 'contains_string':
        return target && { cost: plus(times(scaled(target.size, factor), scaled(a.size, factor)), ofArgs) };
      case 'logical_and':
      case 'logical_or':
        return { cost: { min: costA.min, max: plus(costA, costB).max } };
      case 'conditional':
        this.joinEntries(expr, expr.args[1], expr.args[2]);
        return { cost: plus(costA, either(costB, costC)), size: either(b.size, c.size) };
      case 'add_list':
      case 'add_string':
      case 'add_bytes': {
        const size = plus(a.size, b.size);
        this.joinEntries(expr, expr.args[0], expr.args[1]);
        return { cost: plus(id === 'add_list' ? ONE : scaled(size, factor), ofArgs), size };
      }
      default:
        return /^(?:equals|not_equals|(?:less|greater)(?:_equals)?_(?:string|bytes))$/.test(id) ? { cost: plus(comparisonCost(a.size, b.size), ofArgs) } : undefined;
    }
  }

  private joinEntries(expr: Expr, left: Expr | undefined, right: Expr | undefined): void {
    const [a, b] = [left && this.entrySize(left), right && this.entrySize(right)];
    if (a && b) this.entries.set(expr.id, { list: a.list, key: either(a.key, b.key), value: either(a.value, b.value) });
  }

  private loop(expr: Comprehension): Range {
    const range = this.cost(expr.range);
    const init = this.cost(expr.init);
    return this.within(expr.accumulator, { path: this.path(expr.init), size: this.size(expr.init), entries: this.entrySize(expr.init) }, () => {
      const turn = this.loopVariables(expr, () => plus(this.cost(expr.condition), this.cost(expr.step)));
      const result = this.cost(expr.result);
      const count = this.size(expr.range) ?? UNKNOWN;
      this.rememberResult(expr, count);
      return plus(range, init, result, times(count, turn));
    });
  }

  private loopVariables<T>(expr: Comprehension, work: () => T): T {
    const entries = this.entrySize(expr.range);
    const isList = entries ? entries.list : this.type(expr.range).kind === 'list';
    const path = this.path(expr.range);
    const key: Local = { path: [...path, isList ? '@indices' : '@keys'], size: entries?.key, entries: undefined };
    const value: Local = { path: [...path, isList ? '@items' : '@values'], size: entries?.value, entries: undefined };
    if (expr.secondVariable === undefined) return this.within(expr.variable, isList ? value : key, work);
    const second = expr.secondVariable;
    return this.within(expr.variable, key, () => this.within(second, value, work));
  }

  private rememberResult(expr: Comprehension, count: Range): void {
    const { kind } = expr.init;
    if (kind === 'list' || kind === 'map') {
      this.sizes.set(expr.id, count);
      const entries = this.entrySize(expr.step);
      if (entries) this.entries.set(expr.id, entries);
    } else {
      const size = kind === 'literal' ? this.size(expr.init) : undefined;
      if (size) this.sizes.set(expr.id, size);
    }
  }

  private bind(expr: Comprehension): Range {
    const cost = plus(this.cost(expr.range), this.cost(expr.init));
    const local = { path: this.path(expr.init), size: this.size(expr.init), entries: this.entrySize(expr.init) };
    const result = this.within(expr.accumulator, local, () => {
      const body = this.cost(expr.result);
      this.copySizes(expr, expr.result);
      return body;
    });
    return plus(cost, result);
  }

  private node(expr: Expr): SizedNode {
    const type = this.type(expr);
    const path = this.knownPath(expr);
    const ofTexts = type.kind === 'list' && (type.elem.kind === 'string' || type.elem.kind === 'bytes');
    return {
      size: this.size(expr) ?? UNKNOWN,
      elementSize: ofTexts ? ((path.length ? this.sizeOf([...path, '@items']) : undefined) ?? UNKNOWN) : undefined,
      isList: type.kind === 'list',
      ...(expr.kind === 'literal' ? { literal: expr.value } : {}),
    };
  }

  /** The path from a variable; none where it goes through what a fold gathers. */
  private knownPath(expr: Expr): Path {
    const path = this.path(expr);
    return path[0] === ACCUMULATOR ? [] : path;
  }

  private size(expr: Expr): Range | undefined {
    const known = this.sizes.get(expr.id) ?? literalSize(expr);
    if (known) return known;
    const path = this.knownPath(expr);
    const bySchema = path.length ? this.sizeOf(path) : undefined;
    if (bySchema) return bySchema;
    if (isScalar(this.type(expr))) return ONE;
    return expr.kind === 'ident' ? this.local(expr.name)?.size : undefined;
  }

  private entrySize(expr: Expr): EntrySize | undefined {
    return this.entries.get(expr.id) ?? (expr.kind === 'ident' ? this.local(expr.name)?.entries : undefined);
  }
}

const NOTHING: SizedNode = { size: UNKNOWN, elementSize: undefined, isList: false };

function comparisonCost(a: Range, b: Range): Range {
  const max = Math.min(a.max, b.max);
  return scaled({ min: max > 0 ? 1 : 0, max }, STRING_TRAVERSAL_FACTOR);
}

function isBind({ range, condition, accumulator }: Comprehension): boolean {
  return range.kind === 'list' && range.elements.length === 0 && condition.kind === 'literal' && condition.value === false && accumulator !== ACCUMULATOR;
}

function literalSize(expr: Expr): Range | undefined {
  if (expr.kind === 'list') return exactly(expr.elements.length);
  if (expr.kind === 'map') return exactly(expr.entries.length);
  if (expr.kind !== 'literal') return undefined;
  if (typeof expr.value === 'string') return exactly(codePointLength(expr.value));
  return expr.value instanceof Uint8Array ? exactly(expr.value.length) : ONE;
}

function isScalar(type: CelType): boolean {
  const inner = optionalElement(type);
  if (inner) return isScalar(inner);
  return ['bool', 'int', 'uint', 'double', 'duration', 'timestamp'].includes(type.kind);
}
