import { type FieldError, FieldPath, isJsonObject, jsonEqual, OMITTED_VALUE } from '@typekube/apimachinery';
import { PER_CALL_LIMIT, RUNTIME_BUDGET } from '../env/kubernetes';
import { CancelledError, CelError } from '../values/cel-error';
import { Optional } from '../values/optional';
import type { Value } from '../values/value';
import { type CompiledRule, compileRules } from './compile-rule';
import { type DeclType, declTypeOf } from './decl-type';
import { follow, readFieldPath, type Step } from './field-path';
import { Budget } from './budget';
import { evaluateMessage } from './message';
import { hasRules, itemsOf, type RuleSchema, type ValidationRule, valuesOf } from './rule-schema';

/** What rules have found: errors, and those about values that have not changed, which are only told. */
export interface RuleFindings {
  readonly errors: FieldError[];
  readonly ratcheted: FieldError[];
}

/** One evaluation of all rules over an object. */
interface Run extends RuleFindings {
  readonly budget: Budget;
}

/** A value, what it was before, and whether it, or what it is in, has changed since. */
interface Subject {
  readonly path: FieldPath | undefined;
  readonly value: unknown;
  readonly old: unknown;
  /** Whether there is an old value to compare with, for this place or one above it. */
  readonly isUnchanged: boolean;
}

type Validator = (subject: Subject, run: Run) => void;

/** Compiles the rules of a schema; undefined where there are none. */
export function compileSchemaRules(schema: RuleSchema): ((object: unknown, old?: unknown) => RuleFindings) | undefined {
  if (!hasRules(schema)) return undefined;
  const validate = compilePlace(schema, declTypeOf(schema, true, 'selfType'));
  return (value, old) => {
    const run: Run = { errors: [], ratcheted: [], budget: new Budget(RUNTIME_BUDGET) };
    validate({ path: undefined, value, old, isUnchanged: old !== undefined && jsonEqual(value, old) }, run);
    return { errors: run.errors, ratcheted: run.ratcheted };
  };
}

function compilePlace(schema: RuleSchema, declared: DeclType | undefined): Validator {
  const rules = schema['x-kubernetes-validations'] ?? [];
  const own = rules.length && declared ? ownRules(compileRules(rules, declared), schema, declared) : undefined;
  const parts = [own, inObject(schema), inMap(schema), inList(schema)].filter((part) => part !== undefined);
  return (subject, run) => {
    if (subject.value === null || subject.value === undefined) return;
    for (const part of parts) {
      if (run.budget.isSpent) return;
      part(subject, run);
    }
  };
}

function compileInner(schema: RuleSchema): Validator | undefined {
  return hasRules(schema) ? compilePlace(schema, declTypeOf(schema, schema['x-kubernetes-embedded-resource'] === true, 'selfType')) : undefined;
}

function inObject({ properties = {}, ...schema }: RuleSchema): Validator | undefined {
  const validators = Object.entries(properties).flatMap(([name, inner]) => {
    const validator = compileInner(inner);
    return validator ? [[name, validator] as const] : [];
  });
  if (!validators.length) return undefined;
  return ({ path, value, old, isUnchanged }, run) => {
    if (!isJsonObject(value)) return;
    const before = isAtomic(schema) ? undefined : old;
    for (const [name, validate] of validators) {
      if (Object.hasOwn(value, name)) validate(innerSubject({ path: path ? path.child(name) : FieldPath.of(name), value: value[name], old: own(before, name) }, isUnchanged), run);
    }
  };
}

function inMap(schema: RuleSchema): Validator | undefined {
  const values = valuesOf(schema);
  const validate = values && compileInner(values);
  if (!validate) return undefined;
  return ({ path, value, old, isUnchanged }, run) => {
    if (!isJsonObject(value)) return;
    const before = isAtomic(schema) ? undefined : old;
    for (const [key, each] of Object.entries(value)) {
      validate(innerSubject({ path: path ? path.key(key) : FieldPath.of('').key(key), value: each, old: own(before, key) }, isUnchanged), run);
    }
  };
}

function inList(schema: RuleSchema): Validator | undefined {
  const items = itemsOf(schema);
  const validate = items && compileInner(items);
  if (!validate) return undefined;
  const keys = schema['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined;
  return ({ path, value, old, isUnchanged }, run) => {
    if (!Array.isArray(value)) return;
    const before: readonly unknown[] = keys && Array.isArray(old) ? old : [];
    const keyOf = (item: unknown): string => JSON.stringify((keys ?? []).map((key) => own(item, key)));
    const byKey = new Map(before.map((item) => [keyOf(item), item]));
    value.forEach((item: unknown, i) => {
      const at = (path ?? FieldPath.of('')).index(i);
      validate(innerSubject({ path: at, value: item, old: keys ? byKey.get(keyOf(item)) : undefined }, isUnchanged), run);
    });
  };
}

function isAtomic(schema: RuleSchema): boolean {
  return schema['x-kubernetes-map-type'] === 'atomic';
}

function own(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Where there is nothing to compare with, what stands above tells whether anything has changed. */
function innerSubject(subject: Omit<Subject, 'isUnchanged'>, isUnchangedAbove: boolean): Subject {
  const { value, old } = subject;
  return { ...subject, isUnchanged: isUnchangedAbove || (old !== undefined && jsonEqual(value, old)) };
}

interface OwnRule extends CompiledRule {
  readonly steps: readonly Step[];
}

function ownRules(compiled: readonly CompiledRule[], schema: RuleSchema, declared: DeclType): Validator {
  const rules: OwnRule[] = compiled.map((each) => ({ ...each, steps: each.source.fieldPath ? readFieldPath(each.source.fieldPath, schema) : [] }));
  const needsOld = rules.some(({ usesOldSelf }) => usesOldSelf);
  return (subject, run) => {
    const self = declared.fromJson(subject.value);
    const old = needsOld && subject.old !== undefined && subject.old !== null ? declared.fromJson(subject.old) : undefined;
    for (const rule of rules) {
      if (run.budget.isSpent) return;
      if (rule.usesOldSelf && old === undefined && !rule.source.optionalOldSelf) continue;
      applyRule(rule, { subject, self, old, type: schema.type ?? '' }, run);
    }
  };
}

interface Values {
  readonly subject: Subject;
  readonly self: Value;
  readonly old: Value | undefined;
  /** The type that the schema names: what errors show in place of the value. */
  readonly type: string;
}

function applyRule(rule: OwnRule, values: Values, run: Run): void {
  const { subject, self, old, type } = values;
  const { source } = rule;
  const report = (detail: string): void => void run.errors.push(errorAt(subject.path, 'FieldValueInvalid', type, detail));
  if ('problem' in rule.rule) return report(`rule compile error: ${rule.rule.problem}`);
  const optional = old === undefined ? Optional.none : Optional.of(old);
  const activation = (name: string): Value | undefined => (name === 'self' ? self : source.optionalOldSelf ? optional : old);
  try {
    const { value, cost } = rule.rule.program.evaluate(activation, { cost: PER_CALL_LIMIT });
    if (!run.budget.spend(cost)) return report(OUT_OF_BUDGET);
    if (value !== true) fail(rule, values, run);
  } catch (error) {
    report(evaluationProblem(error, source, run.budget));
  }
}

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

function evaluationProblem(error: unknown, source: ValidationRule, budget: Budget): string {
  if (error instanceof CancelledError) {
    budget.exhaust();
    return `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(source)}`;
  }
  if (!(error instanceof CelError)) throw error;
  if (!error.message.startsWith('no such overload')) return `${error.message} evaluating rule: ${ruleText(source)}`;
  return `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(source)}`;
}

/** The rule does not hold: an error, or a remark where nothing has changed since it was let pass. */
function fail({ source, message, usesOldSelf, steps }: OwnRule, { subject, self, old, type }: Values, run: Run): void {
  const path = follow(subject.path, steps, (name) => FieldPath.of(name));
  const into = !usesOldSelf && subject.isUnchanged ? run.ratcheted : run.errors;
  const own = message && 'program' in message ? evaluateMessage(message.program, (name) => (name === 'self' ? self : old), run.budget) : undefined;
  const detail = own ?? (source.message ? source.message.trim() : `failed rule: ${ruleText(source)}`);
  // Objects and lists are not shown.
  const badValue = type === 'object' || type === 'array' ? OMITTED_VALUE : subject.value;
  into.push(reasoned(path, { badValue, detail, reason: source.reason }));
}

function reasoned(path: FieldPath | undefined, { badValue, detail, reason }: { badValue: unknown; detail: string; reason: string | undefined }): FieldError {
  if (reason === 'FieldValueForbidden' || reason === 'FieldValueRequired') return errorAt(path, reason, undefined, detail);
  return reason === 'FieldValueDuplicate' ? errorAt(path, reason, badValue, '') : errorAt(path, 'FieldValueInvalid', badValue, detail);
}

function errorAt(path: FieldPath | undefined, type: FieldError['type'], badValue: unknown, detail: string): FieldError {
  return { type, field: path?.toString() ?? '<nil>', badValue, detail };
}

function ruleText({ message, rule }: ValidationRule): string {
  return (message ? message : rule).trim();
}
