import { type FieldError, type FieldPath, duplicate, isQualifiedName, required, tooMany } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../types';
import { invalidEach } from '../fields/field-rules';
import { cel } from '../cel/cel';
import { validateCompiles } from '../cel/compiles';
import { trimmed } from '../text/text';

const MAX_CONDITIONS = 64;

/** Where conditions stand, which is what their expressions see. */
export interface ConditionScope {
  readonly hasParams: boolean;
  readonly isPolicy: boolean;
}

const OF_WEBHOOK: ConditionScope = { hasParams: false, isPolicy: false };

/** The conditions that a request must meet: at most 64, each with an expression and a name of its own. */
export function validateMatchConditions(
  conditions: readonly admissionregistrationv1.MatchCondition[] | undefined,
  path: FieldPath,
  scope: ConditionScope = OF_WEBHOOK,
): FieldError[] {
  const list = conditions ?? [];
  const errors = list.length > MAX_CONDITIONS ? [tooMany(path, list.length, MAX_CONDITIONS)] : [];
  const names = new Set<string>();
  return [...errors, ...list.flatMap((condition, i) => validateOne(condition, path.index(i), { names, scope }))];
}

function validateOne(
  condition: admissionregistrationv1.MatchCondition,
  path: FieldPath,
  { names, scope }: { names: Set<string>; scope: ConditionScope },
): FieldError[] {
  const errors = validateExpression(condition.expression, path.child('expression'), scope);
  const { name } = condition;
  if (!name) return [...errors, required(path.child('name'))];
  errors.push(...invalidEach(path.child('name'), name, isQualifiedName(name)));
  if (names.has(name)) errors.push(duplicate(path.child('name'), name));
  names.add(name);
  return errors;
}

function validateExpression(expression: string | undefined, path: FieldPath, scope: ConditionScope): FieldError[] {
  if (trimmed(expression) === '') return [required(path)];
  const { policyEnvironment, BOOL } = cel();
  return validateCompiles(expression ?? '', path, { environment: policyEnvironment(scope), types: [BOOL] });
}
