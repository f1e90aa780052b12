import { type FieldError, type FieldPath, forbidden, internalError, invalid } from '@typekube/apimachinery';
import { UNBOUNDED } from '../cost/estimates';
import { type Compiled, type CompiledRule, compileRules } from './compile-rule';
import { type DeclType, declTypeOf, MAX_REQUEST_BYTES } from './decl-type';
import { readFieldPath } from './field-path';
import { hasRules, itemsOf, type RuleSchema, valuesOf } from './rule-schema';

/** What one rule, and all rules of a schema together, may be estimated to cost. */
const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;
const COSTLY_RULES = 4;

const TOO_MUCH =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

/** Where a part of a schema stands. */
interface Place {
  readonly path: FieldPath;
  /** How often a value of it can be in an object; undefined where that has no bound. */
  readonly count: number | undefined;
  /** The list or map above, of whose elements nobody knows what they were before. */
  readonly uncorrelatable: FieldPath | undefined;
  readonly isResource: boolean;
}

/** What is wrong with the rules of a definition's schema. */
export function checkSchemaRules(schema: RuleSchema, path: FieldPath): FieldError[] {
  if (!hasRules(schema)) return [];
  const total = new TotalCost();
  const errors = checkPlace(schema, { path, count: 1, uncorrelatable: undefined, isResource: true }, total);
  return [...errors, ...total.problems(path)];
}

function checkPlace(schema: RuleSchema, place: Place, total: TotalCost): FieldError[] {
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const { path, uncorrelatable } = place;
  const below = (inner: RuleSchema, at: FieldPath, more: Partial<Place>): FieldError[] =>
    hasRules(inner) ? checkPlace(inner, { ...place, ...more, path: at, isResource: inner['x-kubernetes-embedded-resource'] === true }, total) : [];
  const atomicMap = schema['x-kubernetes-map-type'] === 'atomic' ? path : undefined;
  const unordered = schema['x-kubernetes-list-type'] === 'map' ? undefined : path;
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
      below(inner, path.child('properties').key(name), { uncorrelatable: uncorrelatable ?? atomicMap }),
    ),
    ...(values ? below(values, path.child('additionalProperties'), { uncorrelatable: uncorrelatable ?? atomicMap, count: times(place.count, schema.maxProperties) }) : []),
    ...(items ? below(items, path.child('items'), { uncorrelatable: uncorrelatable ?? unordered, count: times(place.count, schema.maxItems) }) : []),
    ...checkOwn(schema, place, total),
  ];
}

function times(count: number | undefined, most: number | undefined): number | undefined {
  return count === undefined || most === undefined ? undefined : Math.min(UNBOUNDED, count * Math.max(0, most));
}

function checkOwn(schema: RuleSchema, place: Place, total: TotalCost): FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (!rules.length) return [];
  const at = place.path.child('x-kubernetes-validations');
  const root = declTypeOf(schema, place.isResource, 'selfType');
  if (!root) {
    const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true;
    const what = `type: '${schema.type ?? ''}' x-kubernetes-preserve-unknown-fields: '${preserves}'`;
    return [internalError(at, new Error(`rule declared on schema that does not support validation rules ${what}`))];
  }
  return compileRules(rules, root).flatMap((compiled, i) => checkRule(compiled, { schema, place, root, path: at.index(i), total }));
}

interface Context {
  readonly schema: RuleSchema;
  readonly place: Place;
  readonly root: DeclType;
  readonly path: FieldPath;
  readonly total: TotalCost;
}

function checkRule({ source, rule, message, usesOldSelf }: CompiledRule, context: Context): FieldError[] {
  const { path, place } = context;
  const errors = [...checkFieldPath(source.fieldPath, context), ...checkExpression(rule, source, { ...context, field: 'rule', times: occurrences(context) })];
  if (message) errors.push(...checkExpression(message, source, { ...context, field: 'messageExpression', times: 1 }));
  if (usesOldSelf && place.uncorrelatable) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable.toString()}`;
    errors.push(invalid(path.child('rule'), source.rule, detail));
  }
  if (!usesOldSelf && 'program' in rule && source.optionalOldSelf !== undefined) {
    errors.push(invalid(path.child('optionalOldSelf'), source.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  }
  return errors;
}

function checkFieldPath(fieldPath: string | undefined, { schema, path }: Context): FieldError[] {
  if (!fieldPath) return [];
  try {
    readFieldPath(fieldPath, schema);
    return [];
  } catch {
    return [invalid(path.child('fieldPath'), fieldPath, 'must be a valid path')];
  }
}

/** How often a rule may be evaluated for one object: where nothing bounds it, as often as the smallest values fit into a request. */
function occurrences({ place, root }: Context): number {
  return place.count ?? Math.floor(MAX_REQUEST_BYTES / (root.minSize + 1));
}

function checkExpression(compiled: Compiled, source: CompiledRule['source'], { path, total, field, times: count }: Context & { field: string; times: number }): FieldError[] {
  const at = path.child(field);
  if ('problem' in compiled) return [invalid(at, shownRule(source), compiled.problem)];
  const cost = compiled.maxCost === 0 ? 0 : Math.min(UNBOUNDED, compiled.maxCost * count);
  total.add(at, cost);
  return cost > RULE_LIMIT ? [forbidden(at, exceeds(`estimated ${field} cost`, cost, RULE_LIMIT))] : [];
}

/** A rule as upstream's errors show it: with Go's names, and all of them. */
function shownRule({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: CompiledRule['source']): object {
  return {
    Rule: rule,
    Message: message ?? '',
    MessageExpression: messageExpression ?? '',
    Reason: reason ?? null,
    FieldPath: fieldPath ?? '',
    OptionalOldSelf: optionalOldSelf ?? null,
  };
}

function exceeds(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const text = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${text} ${TOO_MUCH}`;
}

/** The cost of all rules of a schema, and which of them are to blame for it. */
class TotalCost {
  private total = 0;
  private readonly costly: { readonly path: FieldPath; readonly cost: number }[] = [];

  add(path: FieldPath, cost: number): void {
    this.total = Math.min(UNBOUNDED, this.total + cost);
    // What is below a hundredth of the limit does not matter.
    if (cost < SCHEMA_LIMIT / 100) return;
    this.costly.push({ path, cost });
    this.costly.sort((a, b) => b.cost - a.cost);
    this.costly.length = Math.min(this.costly.length, COSTLY_RULES);
  }

  problems(path: FieldPath): FieldError[] {
    if (this.total <= SCHEMA_LIMIT) return [];
    const blamed = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const whole = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [...this.costly.map((each) => forbidden(each.path, blamed)), forbidden(path, exceeds(whole, this.total, SCHEMA_LIMIT))];
  }
}
