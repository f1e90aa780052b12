import { FieldPath, type FieldError, duplicate, forbidden, invalid, required } from '@typekube/apimachinery';
import type { certificatesv1 } from '../../../types';
import { formatDiff } from '../../../shared/fields/diff';
import { validateEnum } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import type { RequestOptions } from './options';

type Condition = certificatesv1.CertificateSigningRequestCondition;

/** A request is approved, denied or failed, never «not approved». */
const ONLY_TRUE = ['Approved', 'Denied', 'Failed'];
/** How a diff names the list. */
const LIST_TYPE = '[]certificates.CertificateSigningRequestCondition';
const DECISIONS = ['Approved', 'Denied'];
const STATUSES = ['False', 'True', 'Unknown'];

export function conditionsOf(object: certificatesv1.CertificateSigningRequest): readonly Condition[] {
  return object.status?.conditions ?? [];
}

/** The rules of the conditions: typed, with a status that fits the type, not both approved and denied. */
export function validateConditions(conditions: readonly Condition[], path: FieldPath, options: RequestOptions): FieldError[] {
  const seen = new Set<string>();
  return conditions.flatMap((condition, i) => {
    const { type = '' } = condition;
    const errors = validateCondition(condition, path.index(i), options);
    const other = DECISIONS.find((decision) => decision !== type);
    if (!options.allowBothApprovedAndDenied && DECISIONS.includes(type) && other !== undefined && seen.has(other)) {
      errors.push(invalid(path, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (!options.allowDuplicateConditionTypes && seen.has(type)) errors.push(duplicate(path.index(i).child('type'), type));
    seen.add(type);
    return errors;
  });
}

/** Decisions stay once they are made, and only an approver makes them. */
export function validateConditionsUpdate(
  conditions: readonly Condition[],
  old: readonly Condition[],
  maySetApproval: boolean,
): FieldError[] {
  const path = FieldPath.of('status', 'conditions');
  const removed = ONLY_TRUE.filter((type) => ofType(conditions, type).length < ofType(old, type).length);
  const errors = removed.map((type) => forbidden(path, `updates may not remove a condition of type "${type}"`));
  if (maySetApproval) return errors;
  return [...errors, ...DECISIONS.flatMap((type) => validateDecision(ofType(conditions, type), ofType(old, type), type, path))];
}

function validateDecision(
  conditions: readonly Condition[],
  old: readonly Condition[],
  type: string,
  path: FieldPath,
): FieldError[] {
  if (conditions.length < old.length || semanticEqual(conditions, old)) return [];
  if (conditions.length > old.length) return [forbidden(path, `updates may not add a condition of type "${type}"`)];
  return [forbidden(path, `updates may not modify a condition of type "${type}"\n${formatDiff(LIST_TYPE, old, conditions)}`)];
}

function ofType(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditions.filter((condition) => condition.type === type);
}

function validateCondition({ type, status }: Condition, path: FieldPath, options: RequestOptions): FieldError[] {
  const errors = type || options.allowEmptyConditionType ? [] : [required(path.child('type'))];
  if (!status) return [...errors, required(path.child('status'))];
  return [...errors, ...validateEnum(status, path.child('status'), ONLY_TRUE.includes(type) ? ['True'] : STATUSES)];
}
