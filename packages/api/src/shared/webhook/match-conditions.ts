import { type FieldError, FieldPath, duplicate, forbidden, isQualifiedName, required, tooMany } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../types';
import { invalidEach } from '../fields/field-rules';
import { trimmed } from '../text/text';

const MAX_CONDITIONS = 64;

/**
 * The conditions that a request must meet: at most 64, each with an expression and a name of its own. Expressions are not
 * compiled.
 */
export function validateMatchConditions(
  conditions: readonly admissionregistrationv1.MatchCondition[] | undefined,
  path: FieldPath,
): FieldError[] {
  const list = conditions ?? [];
  const errors = list.length > MAX_CONDITIONS ? [tooMany(path, list.length, MAX_CONDITIONS)] : [];
  const names = new Set<string>();
  return [...errors, ...list.flatMap((condition, i) => validateOne(condition, path.index(i), names))];
}

function validateOne(condition: admissionregistrationv1.MatchCondition, path: FieldPath, names: Set<string>): FieldError[] {
  const errors = trimmed(condition.expression) === '' ? [required(path.child('expression'))] : [];
  const { name } = condition;
  if (!name) return [...errors, required(path.child('name'))];
  errors.push(...invalidEach(path.child('name'), name, isQualifiedName(name)));
  if (names.has(name)) errors.push(duplicate(path.child('name'), name));
  names.add(name);
  return errors;
}

type Conditional = Pick<admissionregistrationv1.ValidatingWebhook, 'matchConditions'>;

const NOT_EVALUATED = 'match conditions are not evaluated by this version of the API server yet';

/** Nothing evaluates conditions yet, and to pass over them would be worse than to refuse them. Those that are stored already may stay. */
export function refuseMatchConditions(
  webhooks: readonly Conditional[] | undefined,
  old: readonly Conditional[] | undefined = [],
): FieldError[] {
  if (old.some(({ matchConditions }) => matchConditions?.length)) return [];
  return (webhooks ?? []).flatMap(({ matchConditions }, i) =>
    matchConditions?.length ? [forbidden(FieldPath.of('webhooks').index(i).child('matchConditions'), NOT_EVALUATED)] : [],
  );
}
