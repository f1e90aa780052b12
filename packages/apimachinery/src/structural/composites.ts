import type { FieldError } from '../errors/field-error';
import { type Check, compileValidation, type Findings } from './validate';
import { errorAt } from './value-rules';
import type { JsonSchema } from './json-schema';

/** `anyOf`, `oneOf`, `allOf` and `not`. What none of the alternatives takes, the best match explains. */
export function composites({ anyOf, oneOf, allOf, not }: JsonSchema): Check[] {
  const compile = (schemas: readonly JsonSchema[] | undefined): Check[] => (schemas ?? []).map(compileValidation);
  const [any, one, all] = [compile(anyOf), compile(oneOf), compile(allOf)];
  return [
    ...(any.length ? [anyOfCheck(any)] : []),
    ...(one.length ? [oneOfCheck(one)] : []),
    ...(all.length ? [allOfCheck(all)] : []),
    ...(not ? [notCheck(compileValidation(not))] : []),
  ];
}

function anyOfCheck(checks: readonly Check[]): Check {
  return (value, old, path) => {
    const failures: Findings[] = [];
    for (const check of checks) {
      const found = check(value, old, path);
      if (!found.errors.length) return found;
      failures.push(found);
    }
    return refuse(path, 'must validate at least one schema (anyOf)', best(failures));
  };
}

function oneOfCheck(checks: readonly Check[]): Check {
  return (value, old, path) => {
    const all = checks.map((check) => check(value, old, path));
    const valid = all.filter(({ errors }) => !errors.length);
    const [first] = valid;
    if (first && valid.length === 1) return first;
    const why = valid.length ? `Found ${valid.length} valid alternatives` : 'Found none valid';
    return refuse(path, `must validate one and only one schema (oneOf). ${why}`, valid.length ? undefined : best(all));
  };
}

function allOfCheck(checks: readonly Check[]): Check {
  return (value, old, path) => {
    const all = checks.map((check) => check(value, old, path));
    const valid = all.filter(({ errors }) => !errors.length).length;
    const findings = { errors: all.flatMap(({ errors }) => errors), matches: all.reduce((sum, { matches }) => sum + matches, 0) };
    if (valid === all.length) return findings;
    const last = composite(path, `must validate all the schemas (allOf)${valid ? '' : '. None validated'}`);
    return { ...findings, errors: [...findings.errors, last] };
  };
}

function notCheck(check: Check): Check {
  return (value, old, path) => {
    const isValid = check(value, old, path).errors.length === 0;
    return { errors: isValid ? [composite(path, 'must not validate the schema (not)')] : [], matches: 1 };
  };
}

function refuse(path: string, why: string, explained: Findings | undefined): Findings {
  return { errors: [composite(path, why), ...(explained?.errors ?? [])], matches: explained?.matches ?? 0 };
}

function best(failures: readonly Findings[]): Findings | undefined {
  return failures.reduce<Findings | undefined>((found, each) => (found && found.matches >= each.matches ? found : each), undefined);
}

/** Upstream has no field for these, which it shows as Go's nil. */
function composite(path: string, why: string): FieldError {
  return errorAt('FieldValueInvalid', '', '', `${JSON.stringify(path)} ${why}`);
}
