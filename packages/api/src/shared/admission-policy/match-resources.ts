import {
  type FieldError,
  type FieldPath,
  duplicate,
  isValidPathSegmentName,
  required,
  validateLabelSelector,
} from '@typekube/apimachinery';
import type { admissionregistrationv1, metav1 } from '../../types';
import { invalidEach, validateEnum } from '../fields/field-rules';
import { MATCH_POLICIES } from '../webhook/admission-webhook';
import { defaultRule, validateRuleWithOperations } from '../webhook/rules';

const MUTABLE_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

/** What a policy is for, after defaulting (validateMatchResources). */
export function validateMatchResources(match: admissionregistrationv1.MatchResources | undefined, path: FieldPath): FieldError[] {
  if (!match) return [];
  const { matchPolicy } = match;
  const policyPath = path.child('matchPolicy');
  return [
    ...(matchPolicy === undefined ? [required(policyPath)] : validateEnum(matchPolicy, policyPath, MATCH_POLICIES)),
    ...validateSelector(match.namespaceSelector, path.child('namespaceSelector')),
    ...validateSelector(match.objectSelector, path.child('objectSelector')),
    ...(match.resourceRules ?? []).flatMap((rule, i) => validateNamedRule(rule, path.child('resourceRules').index(i))),
    ...(match.excludeResourceRules ?? []).flatMap((rule, i) => validateNamedRule(rule, path.child('excludeResourceRules').index(i))),
  ];
}

/** What a policy is defined for: at least one rule, since it gives the types of the expressions. */
export function validateMatchConstraints(
  match: admissionregistrationv1.MatchResources | undefined,
  path: FieldPath,
): FieldError[] {
  if (!match) return [required(path)];
  const errors = validateMatchResources(match, path);
  return match.resourceRules?.length ? errors : [...errors, required(path.child('resourceRules'))];
}

/** A deleted object cannot be mutated: the operations of a mutating policy are the others. */
export function validateMutableOperations(
  match: admissionregistrationv1.MatchResources | undefined,
  path: FieldPath,
): FieldError[] {
  const operations = (match?.resourceRules ?? []).flatMap((rule) => rule.operations ?? []);
  return operations.flatMap((operation) => validateEnum(operation, path.child('resourceRules', 'operations'), MUTABLE_OPERATIONS));
}

/** Matches every form of a resource, in every namespace, with any labels, unless it says otherwise. */
export function defaultMatchResources(match: admissionregistrationv1.MatchResources | undefined): void {
  if (!match) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  match.resourceRules?.forEach(defaultRule);
  match.excludeResourceRules?.forEach(defaultRule);
}

function validateSelector(selector: metav1.LabelSelector | undefined, path: FieldPath): FieldError[] {
  return selector ? validateLabelSelector(selector, {}, path) : [required(path)];
}

function validateNamedRule(rule: admissionregistrationv1.NamedRuleWithOperations, path: FieldPath): FieldError[] {
  const names = new Set<string>();
  const errors = (rule.resourceNames ?? []).flatMap((name, i) => {
    const at = path.child('resourceNames').index(i);
    const found = invalidEach(at, name, isValidPathSegmentName(name, false));
    if (names.has(name)) found.push(duplicate(at, name));
    names.add(name);
    return found;
  });
  return [...errors, ...validateRuleWithOperations(rule, path)];
}
