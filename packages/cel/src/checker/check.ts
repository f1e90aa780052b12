import type { Overload } from '../env/declarations';
import type { Environment } from '../env/environment';
import { type Call, type Comprehension, type CreateList, type CreateMap, type CreateStruct, type Expr, type Ident, qualifiedName, type Select } from '../syntax/ast';
import { IssuesError } from '../syntax/issues-error';
import { Operator } from '../syntax/operators';
import type { ParseResult } from '../syntax/parser';
import type { Issue } from '../syntax/source';
import { BOOL, type CelType, DYN, ERROR, INT, isDyn, listOf, mapOf, optionalElement, optionalOf, parameters, sameType, STRING, typeOf, typeText } from '../types/cel-type';
import { checkLiterals } from './check-literals';
import type { CheckedExpr, ResolvedCall, ResolvedName } from './checked-expr';
import { literalType } from './literal-type';
import { mostGeneral, Substitution } from './substitution';

/** Gives every part of an expression its type and meaning. Throws an IssuesError. */
export function check({ expr, source }: ParseResult, env: Environment): CheckedExpr {
  const checker = new Checker(env);
  const type = checker.check(expr);
  const result = { expr, source, type: checker.final(type), ...checker.result() };
  const issues = checker.issues.length ? checker.issues : checkLiterals(result);
  if (issues.length) throw new IssuesError(source, issues);
  return result;
}

class Checker {
  readonly issues: Issue[] = [];
  private readonly types = new Map<number, CelType>();
  private readonly calls = new Map<number, ResolvedCall>();
  private readonly names = new Map<number, ResolvedName>();
  private readonly scopes: Map<string, CelType>[] = [];
  private readonly found = new Substitution();
  private freshCount = 0;

  constructor(private readonly env: Environment) {}

  result(): Pick<CheckedExpr, 'types' | 'calls' | 'names'> {
    return { types: new Map([...this.types].map(([id, type]) => [id, this.final(type)])), calls: this.calls, names: this.names };
  }

  final(type: CelType): CelType {
    return this.found.apply(type, 'dyn');
  }

  check(expr: Expr): CelType {
    const type = this.typeOf(expr);
    this.types.set(expr.id, type);
    return type;
  }

  private typeOf(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr.value);
      case 'ident':
        return this.ident(expr);
      case 'select':
        return this.select(expr);
      case 'call':
        return this.call(expr);
      case 'list':
        return this.list(expr);
      case 'map':
        return this.map(expr);
      case 'struct':
        return this.struct(expr);
      case 'comprehension':
        return this.comprehension(expr);
    }
  }

  private report(offset: number, message: string): CelType {
    this.issues.push({ offset, message });
    return ERROR;
  }

  private fresh(): CelType {
    return { kind: 'param', name: `_var${this.freshCount++}` };
  }

  private ident(expr: Ident): CelType {
    return this.resolveName(expr.id, expr.name) ?? this.undeclared(expr.offset, expr.name);
  }

  private undeclared(offset: number, name: string): CelType {
    return this.report(offset, `undeclared reference to '${name.replace(/^\./, '')}' (in container '')`);
  }

  private resolveName(id: number, name: string): CelType | undefined {
    const bare = name.replace(/^\./, '');
    const local = bare === name ? this.scopes.findLast((scope) => scope.has(name))?.get(name) : undefined;
    const variable = local ?? this.env.variables.get(bare);
    if (variable) {
      this.names.set(id, { variable: bare });
      return variable;
    }
    const named = this.env.typeNamed(bare);
    if (!named) return undefined;
    this.names.set(id, { type: named, typeName: bare });
    return typeOf(named);
  }

  private select(expr: Select): CelType {
    const name = expr.testOnly ? undefined : qualifiedName(expr);
    const root = name?.split('.')[0] ?? '';
    const shadowed = this.scopes.some((scope) => scope.has(root));
    const whole = name !== undefined && !shadowed ? this.resolveName(expr.id, name) : undefined;
    if (whole) return whole;
    const target = this.found.apply(this.check(expr.operand));
    const field = this.selectField(expr, target, expr.field, false);
    return expr.testOnly ? BOOL : field;
  }

  private selectField(expr: { readonly offset: number }, operand: CelType, field: string, optional: boolean): CelType {
    const inner = optionalElement(operand);
    const type = this.fieldType(expr, inner ?? operand, field);
    return inner || optional ? optionalOf(type) : type;
  }

  private fieldType({ offset }: { readonly offset: number }, type: CelType, field: string): CelType {
    if (type.kind === 'map') return type.value;
    if (type.kind === 'object') {
      return this.env.types.fields(type.name)?.get(field) ?? this.report(offset, `undefined field '${field}'`);
    }
    if (type.kind === 'param') {
      this.found.unify([DYN], [type]);
      return DYN;
    }
    return isDyn(type) ? DYN : this.report(offset, `type '${typeText(type)}' does not support field selection`);
  }

  private call(expr: Call): CelType {
    if (expr.name === Operator.optionalSelect) return this.optionalSelect(expr);
    const { target, args } = expr;
    if (!target) return this.resolveCall(expr, expr.name.replace(/^\./, ''), args, false);
    const namespace = qualifiedName(target);
    const full = namespace === undefined ? '' : `${namespace}.${expr.name}`.replace(/^\./, '');
    if (this.env.overloads(full)?.some(({ member }) => !member)) return this.resolveCall(expr, full, args, true);
    return this.resolveCall(expr, expr.name, [target, ...args], false);
  }

  private optionalSelect(expr: Call): CelType {
    const [operand, field] = expr.args;
    if (!operand || field?.kind !== 'literal' || typeof field.value !== 'string') return this.report(expr.offset, 'unsupported optional field selection');
    const target = this.found.apply(this.check(operand));
    this.types.set(field.id, STRING);
    const [overload] = this.env.overloads(Operator.optionalSelect) ?? [];
    if (!overload) return this.report(expr.offset, "unsupported syntax '.?'");
    this.calls.set(expr.id, { name: expr.name, overloads: [overload], namespaced: false });
    return this.selectField(expr, target, field.value, true);
  }

  private resolveCall(expr: Call, name: string, args: readonly Expr[], namespaced: boolean): CelType {
    const isMember = expr.target !== undefined && !namespaced;
    const given = args.map((arg) => this.check(arg));
    const overloads = this.env.overloads(name);
    if (!overloads) return this.undeclared(expr.offset, name);
    const { matching, result } = this.matchOverloads(overloads.filter(({ member }) => member === isMember), given);
    if (!result) return this.noOverload(expr.offset, name, given, isMember);
    this.calls.set(expr.id, { name, overloads: matching, namespaced });
    return result;
  }

  private matchOverloads(overloads: readonly Overload[], given: readonly CelType[]): { matching: Overload[]; result?: CelType } {
    const matching: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of overloads) {
      const [wanted, declared] = this.instantiate(overload);
      if (!this.found.unify(given, wanted)) continue;
      matching.push(overload);
      const type = this.found.apply(declared);
      result = result && !sameType(result, type) ? DYN : type;
    }
    return result ? { matching, result } : { matching };
  }

  /** An overload's types with parameters of their own for this call. */
  private instantiate({ args, result }: Overload): [readonly CelType[], CelType] {
    const names = new Set([...args, result].flatMap(paramNames));
    if (names.size === 0) return [args, result];
    const fresh = new Substitution(new Map([...names].map((name) => [name, this.fresh()])));
    return [args.map((arg) => fresh.apply(arg)), fresh.apply(result)];
  }

  private noOverload(offset: number, name: string, given: readonly CelType[], isMember: boolean): CelType {
    const [first = '', ...rest] = given.map((type) => typeText(this.final(type)));
    if (given.some(({ kind }) => kind === 'error') && this.issues.length) return ERROR;
    const signature = isMember ? `${first}.(${rest.join(', ')})` : `(${[first, ...rest].join(', ')})`;
    return this.report(offset, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  private list({ elements, optional }: CreateList): CelType {
    const types = elements.map((element, i) => {
      const type = this.check(element);
      return optional.has(i) ? this.unwrap(element, type) : type;
    });
    return listOf(this.join(elements, types));
  }

  private map({ entries }: CreateMap): CelType {
    const keys = entries.map(({ key }) => this.check(key));
    const values = entries.map(({ value, optional }) => {
      const type = this.check(value);
      return optional ? this.unwrap(value, type) : type;
    });
    return mapOf(this.join(entries.map(({ key }) => key), keys), this.join(entries.map(({ value }) => value), values));
  }

  private unwrap(expr: Expr, type: CelType): CelType {
    const known = this.found.apply(type);
    if (isDyn(known)) return DYN;
    return optionalElement(known) ?? this.mismatch(expr.offset, optionalOf(known), known);
  }

  private mismatch(offset: number, expected: CelType, actual: CelType): CelType {
    return this.report(offset, `expected type '${typeText(this.final(expected))}' but found '${typeText(this.final(actual))}'`);
  }

  /** The type of which all are; dyn where they differ and may. */
  private join(exprs: readonly Expr[], types: readonly CelType[]): CelType {
    let joined: CelType | undefined;
    for (const [i, type] of types.entries()) {
      if (!joined) joined = type;
      else if (this.found.unify([joined], [type])) joined = mostGeneral(this.found.apply(joined), this.found.apply(type));
      else if (this.env.homogeneousLiterals) return this.mismatch(exprs[i]?.offset ?? 0, joined, type);
      else joined = DYN;
    }
    return joined ?? this.fresh();
  }

  private struct(expr: CreateStruct): CelType {
    const name = expr.typeName.replace(/^\./, '');
    const type = this.env.typeNamed(name);
    for (const { value } of expr.fields) this.check(value);
    if (!type) return this.undeclared(expr.offset, name);
    const fields = type.kind === 'object' ? this.env.types.fields(name) : undefined;
    if (!fields) return this.report(expr.offset, `'${name}' is not a message type`);
    for (const field of expr.fields) {
      const wanted = fields.get(field.field);
      const given = this.types.get(field.value.id) ?? DYN;
      const actual = field.optional ? this.unwrap(field.value, given) : given;
      if (!wanted) this.report(field.offset, `undefined field '${field.field}'`);
      else if (!this.found.unify([actual], [wanted])) {
        this.report(
          field.offset,
          `expected type of field '${field.field}' is '${typeText(wanted)}' but provided type is '${typeText(this.final(actual))}'`,
        );
      }
    }
    return type;
  }

  private comprehension(expr: Comprehension): CelType {
    const range = this.found.apply(this.check(expr.range));
    const accumulated = this.check(expr.init);
    this.scopes.push(new Map([[expr.accumulator, accumulated]]));
    this.scopes.push(this.loopVariables(expr, range));
    this.assertType(expr.condition, BOOL);
    this.assertType(expr.step, accumulated);
    this.scopes.pop();
    const result = this.check(expr.result);
    this.scopes.pop();
    return this.found.apply(result);
  }

  private loopVariables({ range, variable, secondVariable }: Comprehension, type: CelType): Map<string, CelType> {
    const [first, second] = this.rangeTypes(range, type, secondVariable !== undefined);
    return new Map([[variable, first], ...(secondVariable === undefined ? [] : [[secondVariable, second] as const])]);
  }

  private rangeTypes({ offset }: Expr, type: CelType, two: boolean): [CelType, CelType] {
    if (type.kind === 'list') return two ? [INT, type.elem] : [type.elem, DYN];
    if (type.kind === 'map') return [type.key, type.value];
    if (type.kind === 'param') this.found.unify([DYN], [type]);
    else if (!isDyn(type)) {
      const message = `expression of type '${typeText(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`;
      this.report(offset, message);
    }
    return [DYN, DYN];
  }

  private assertType(expr: Expr, wanted: CelType): void {
    const type = this.check(expr);
    if (!this.found.unify([type], [wanted])) this.mismatch(expr.offset, wanted, type);
  }
}

function paramNames(type: CelType): string[] {
  return type.kind === 'param' ? [type.name] : parameters(type).flatMap(paramNames);
}
