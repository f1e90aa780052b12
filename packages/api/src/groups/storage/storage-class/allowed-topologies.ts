import { type FieldError, type FieldPath, duplicate, isQualifiedName, required } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { invalidEach } from '../../../shared/fields/field-rules';

/**
 * The topologies a class provisions in: each term names a key once, and no two terms say the same. One that says nothing is refused
 * as a duplicate, as upstream does.
 */
export function validateAllowedTopologies(
  terms: readonly corev1.TopologySelectorTerm[] | undefined,
  path: FieldPath,
): FieldError[] {
  const seen = new Set([canonicalTerm({})]);
  return (terms ?? []).flatMap((term, i) => {
    const errors = validateTerm(term, path.index(i));
    const meaning = canonicalTerm(term);
    if (seen.has(meaning)) errors.push(duplicate(path.index(i).child('matchLabelExpressions'), ''));
    seen.add(meaning);
    return errors;
  });
}

function validateTerm(term: corev1.TopologySelectorTerm, path: FieldPath): FieldError[] {
  const keys = new Set<string>();
  return (term.matchLabelExpressions ?? []).flatMap((requirement, i) => {
    const at = path.child('matchLabelExpressions').index(i);
    const errors = validateRequirement(requirement, at);
    if (keys.has(requirement.key)) errors.push(duplicate(at.child('key'), requirement.key));
    keys.add(requirement.key);
    return errors;
  });
}

function validateRequirement(requirement: corev1.TopologySelectorLabelRequirement, path: FieldPath): FieldError[] {
  const values = requirement.values ?? [];
  const errors = values.length === 0 ? [required(path.child('values'))] : [];
  const seen = new Set<string>();
  values.forEach((value, i) => {
    if (seen.has(value)) errors.push(duplicate(path.child('values').index(i), value));
    seen.add(value);
  });
  const key = requirement.key ?? '';
  return [...errors, ...invalidEach(path.child('key'), key, isQualifiedName(key))];
}

function canonicalTerm(term: corev1.TopologySelectorTerm): string {
  const entries = (term.matchLabelExpressions ?? []).map(({ key, values }) => [key, [...new Set(values ?? [])].sort()] as const);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}
