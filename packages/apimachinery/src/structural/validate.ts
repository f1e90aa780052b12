import type { FieldError } from '../errors/field-error';
import { jsonEqual } from '../json/equal';
import { isJsonObject } from '../json/own-property';
import { itemSchema, type JsonSchema, valueSchema } from './json-schema';
import { composites } from './composites';
import { correlate } from './correlate';
import { enumRule, errorAt, typeRule, valueRules } from './value-rules';

/** What one check has found. */
export interface Findings {
  readonly errors: readonly FieldError[];
  /** How much of the value the schema had something to say of: of alternatives that fail, the best match tells its errors. */
  readonly matches: number;
}

/** Checks a value; `old` is what it was before, undefined where it is new. What has not changed is not looked at (ratcheting). */
export type Check = (value: unknown, old: unknown, path: string) => Findings;

const NOTHING_TO_SAY: Findings = { errors: [], matches: 1 };

/** Compiles the validation of a schema, with the errors of upstream's kube-openapi validation as apiextensions words them. */
export function compileValidation(schema: JsonSchema): Check {
  const type = typeRule(schema);
  const values = valueRules(schema);
  const oneOf = enumRule(schema);
  const parts: Check[] = [...composites(schema), elements(schema), fields(schema)].filter((part) => part !== undefined);
  return (value, old, path) => {
    if (old !== undefined && jsonEqual(value, old)) return NOTHING_TO_SAY;
    const errors = [...(type?.(value, path) ?? [])];
    if (value === null) return { errors: [...errors, ...(oneOf?.(value, path) ?? [])], matches: 1 };
    let matches = 1;
    for (const rule of values) errors.push(...rule(value, path));
    errors.push(...(oneOf?.(value, path) ?? []));
    for (const part of parts) {
      const found = part(value, old, path);
      errors.push(...found.errors);
      matches += found.matches;
    }
    return { errors, matches };
  };
}

function elements(schema: JsonSchema): Check | undefined {
  const { minItems, maxItems } = schema;
  const items = itemSchema(schema);
  if (!items && minItems === undefined && maxItems === undefined) return undefined;
  const check = items && compileValidation(items);
  return (value, old, path) => {
    if (!Array.isArray(value)) return { errors: [], matches: 0 };
    const oldOf = correlate(schema, old);
    const errors: FieldError[] = [];
    let matches = 0;
    if (check) {
      value.forEach((element: unknown, i) => {
        const found = check(element, oldOf(element), `${path}[${i}]`);
        errors.push(...found.errors);
        matches += found.matches;
      });
    }
    const { length } = value;
    if (minItems !== undefined && length < minItems) {
      errors.push(errorAt('FieldValueInvalid', path, length, `${path} in body should have at least ${minItems} items`));
    }
    if (maxItems !== undefined && length > maxItems) errors.push(tooMany(path, length, maxItems));
    return { errors, matches };
  };
}

function fields(schema: JsonSchema): Check | undefined {
  const { required = [], minProperties, maxProperties } = schema;
  const properties = new Map(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, compileValidation(property)]));
  const values = valueSchema(schema);
  const others = values && compileValidation(values);
  if (!properties.size && !others && !required.length && minProperties === undefined && maxProperties === undefined) return undefined;
  return (value, old, path) => {
    if (!isJsonObject(value)) return { errors: [], matches: 0 };
    const names = Object.keys(value);
    if (minProperties !== undefined && names.length < minProperties) {
      const detail = `${path} in body should have at least ${minProperties} properties`;
      return { errors: [errorAt('FieldValueInvalid', path, names.length, detail)], matches: 0 };
    }
    if (maxProperties !== undefined && names.length > maxProperties) return { errors: [tooMany(path, names.length, maxProperties)], matches: 0 };
    const before = isJsonObject(old) ? old : {};
    const errors: FieldError[] = [];
    let matches = 0;
    for (const name of names) {
      const found = (properties.get(name) ?? others)?.(value[name], ownValue(before, name), path === '' ? name : `${path}.${name}`);
      if (!found) continue;
      errors.push(...found.errors);
      matches += found.matches;
    }
    for (const name of required) if (!Object.hasOwn(value, name)) errors.push(errorAt('FieldValueRequired', `${path}.${name}`, undefined, ''));
    return { errors, matches };
  };
}

function ownValue(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function tooMany(path: string, actual: number, max: number): FieldError {
  return errorAt('FieldValueTooMany', path, actual, `must have at most ${max} ${max === 1 ? 'item' : 'items'}`);
}
