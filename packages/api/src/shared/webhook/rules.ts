import { type FieldError, type FieldPath, invalid, notSupported, required } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../types';
import { validateRuleResources } from './rule-resources';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
const ANY = '*';

/** What a webhook or policy is asked about: operations on resources (validateRuleWithOperations). */
export function validateRuleWithOperations(rule: admissionregistrationv1.RuleWithOperations, path: FieldPath): FieldError[] {
  return [
    ...validateOperations(rule.operations ?? [], path.child('operations')),
    ...validateGroups(rule.apiGroups ?? [], path.child('apiGroups')),
    ...validateVersions(rule.apiVersions ?? [], path.child('apiVersions')),
    ...validateRuleResources(rule.resources ?? [], path.child('resources')),
    ...validateScope(rule.scope, path.child('scope')),
  ];
}

/** A rule is for resources of either scope unless it says otherwise. */
export function defaultRule(rule: { scope?: string }): void {
  rule.scope ??= ANY;
}

function validateOperations(operations: readonly string[], path: FieldPath): FieldError[] {
  return [
    ...atLeastOne(operations, path),
    ...validateAnyAlone(operations, path, "if '*' is present, must not specify other operations"),
    ...operations.flatMap((operation, i) => (OPERATIONS.includes(operation) ? [] : [notSupported(path.index(i), operation, OPERATIONS)])),
  ];
}

function validateGroups(groups: readonly string[], path: FieldPath): FieldError[] {
  return [
    ...atLeastOne(groups, path),
    ...validateAnyAlone(groups, path, "if '*' is present, must not specify other API groups"),
  ];
}

function validateVersions(versions: readonly string[], path: FieldPath): FieldError[] {
  return [
    ...atLeastOne(versions, path),
    ...validateAnyAlone(versions, path, "if '*' is present, must not specify other API versions"),
    ...versions.flatMap((version, i) => (version === '' ? [required(path.index(i))] : [])),
  ];
}

function validateScope(scope: string | undefined, path: FieldPath): FieldError[] {
  return scope === undefined || SCOPES.includes(scope) ? [] : [notSupported(path, scope, SCOPES)];
}

function atLeastOne(list: readonly string[], path: FieldPath): FieldError[] {
  return list.length === 0 ? [required(path)] : [];
}

function validateAnyAlone(list: readonly string[], path: FieldPath, detail: string): FieldError[] {
  return list.length > 1 && list.includes(ANY) ? [invalid(path, list, detail)] : [];
}
