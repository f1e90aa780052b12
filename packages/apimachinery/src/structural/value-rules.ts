import { type FieldError, type FieldErrorType } from '../errors/field-error';
import { jsonEqual } from '../json/equal';
import { compileRe2, type Re2Pattern } from '../text/re2';
import { formatCheck } from './formats';
import type { JsonSchema } from './json-schema';

/** One rule about a value that is not null, nor looked into. */
export type ValueRule = (value: unknown, path: string) => FieldError[];

/** An error at a path as kube-openapi writes it: `spec.list[0].name`, with a leading dot for fields of the root. */
export function errorAt(type: FieldErrorType, path: string, badValue: unknown, detail: string): FieldError {
  return { type, field: path.replace(/^\./, '') || '<nil>', badValue, detail };
}

function invalidAt(path: string, badValue: unknown, detail: string): FieldError {
  return errorAt('FieldValueInvalid', path, badValue, `${path} in body ${detail}`);
}

/** The rules of a schema about its own value, in upstream's order: text, format, number, enum. */
export function valueRules(schema: JsonSchema): ValueRule[] {
  return [stringRule(schema), formatRule(schema), integerRule(schema), numberRule(schema)].filter((rule) => rule !== undefined);
}

/** The JSON type of a value as upstream names it in `must be of type`. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' || typeof value === 'bigint') return isIntegerOf(value, INT64) ? 'integer' : 'number';
  return typeof value;
}

/** Type and nullability; null is of no type but where it may be. */
export function typeRule(schema: JsonSchema): ValueRule | undefined {
  const types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : [];
  if (types.length === 0) return undefined;
  return (value, path) => {
    const actual = jsonTypeOf(value);
    if (types.includes(actual) || (actual === 'integer' && types.includes('number'))) return [];
    if (actual === 'null' && schema.nullable) return [];
    const detail = `${path} in body must be of type ${types.join(',')}: ${JSON.stringify(actual)}`;
    return [errorAt('FieldValueTypeInvalid', path, actual, detail)];
  };
}

export function enumRule({ enum: values }: JsonSchema): ValueRule | undefined {
  if (!values?.length) return undefined;
  const supported = values.map((value) => JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)));
  return (value, path) => {
    if (values.some((allowed) => jsonEqual(allowed, value))) return [];
    return [errorAt('FieldValueNotSupported', path, value, `supported values: ${supported.join(', ')}`)];
  };
}

/** The first of its rules that does not hold. */
function stringRule({ maxLength, minLength, pattern }: JsonSchema): ValueRule | undefined {
  if (maxLength === undefined && minLength === undefined && !pattern) return undefined;
  const matches = pattern ? compilePattern(pattern) : undefined;
  return (value, path) => {
    if (typeof value !== 'string') return [];
    const length = lengthOf(value);
    if (maxLength !== undefined && length > maxLength) {
      const detail = `may not be more than ${maxLength} ${maxLength === 1 ? 'byte' : 'bytes'}`;
      return [errorAt('FieldValueTooLong', path, value, detail)];
    }
    if (minLength !== undefined && length < minLength) return [invalidAt(path, value, `should be at least ${minLength} chars long`)];
    return matches && !matches(value) ? [invalidAt(path, value, `should match '${pattern ?? ''}'`)] : [];
  };
}

/** In characters; those beyond the Basic Multilingual Plane are one each. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The definition's own rules refuse a pattern that cannot be read; one of before them matches nothing. */
function compilePattern(pattern: string): Re2Pattern {
  try {
    return compileRe2(pattern);
  } catch {
    return () => false;
  }
}

function formatRule({ format }: JsonSchema): ValueRule | undefined {
  const check = format === undefined ? undefined : formatCheck(format);
  if (!check) return undefined;
  return (value, path) => {
    if (typeof value !== 'string' || check(value)) return [];
    return [errorAt('FieldValueTypeInvalid', path, value, `${path} in body must be of type ${format ?? ''}: ${JSON.stringify(value)}`)];
  };
}

interface IntegerRange {
  readonly from: bigint;
  readonly to: bigint;
}

const INT64: IntegerRange = { from: -(2n ** 63n), to: 2n ** 63n - 1n };

const INTEGERS: ReadonlyMap<string, IntegerRange> = new Map([
  ['int32', { from: -(2n ** 31n), to: 2n ** 31n - 1n }],
  ['uint32', { from: 0n, to: 2n ** 32n - 1n }],
  ['uint64', { from: 0n, to: 2n ** 64n - 1n }],
]);

function isIntegerOf(value: number | bigint, { from, to }: IntegerRange): boolean {
  return typeof value === 'bigint' ? value >= from && value <= to : Number.isInteger(value) && value >= Number(from) && value <= Number(to);
}

/** An integer must fit into its format. The error names no field, as upstream's. */
function integerRule({ type, format }: JsonSchema): ValueRule | undefined {
  if (type !== 'integer') return undefined;
  const range = INTEGERS.get(format ?? '') ?? INT64;
  const text = format ? `with format ${format}` : '(default format)';
  return (value, path) => {
    if ((typeof value !== 'number' && typeof value !== 'bigint') || isIntegerOf(value, range)) return [];
    return [{ type: 'FieldValueInvalid', field: '<nil>', badValue: '', detail: `Checked value must be of type integer ${text} in ${path}` }];
  };
}

function numberRule(schema: JsonSchema): ValueRule | undefined {
  const { multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (multipleOf === undefined && minimum === undefined && maximum === undefined) return undefined;
  return (value, path) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return [];
    const number = Number(value);
    const problems: string[] = [];
    if (multipleOf && !isMultiple(number, multipleOf)) problems.push(`should be a multiple of ${multipleOf}`);
    if (maximum !== undefined && (exclusiveMaximum ? number >= maximum : number > maximum)) {
      problems.push(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
    }
    if (minimum !== undefined && (exclusiveMinimum ? number <= minimum : number < minimum)) {
      problems.push(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
    }
    return problems.map((problem) => invalidAt(path, value, problem));
  };
}

/** Without the error of binary fractions: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, factor: number): boolean {
  const quotient = value / factor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}
