import { FieldPath, invalid, required, type FieldError } from '@typekube/apimachinery';
import { FIELD_IMMUTABLE, isMissing } from '../../../shared/fields/field-rules';
import { isStandardQuotaResourceName } from '../../../shared/resources/resource-names';
import { validateQuotaResourceName, validateResourceQuantityValue } from '../../../shared/resources/validate';
import type { corev1 } from '../../../types';
import { isScopeValidForResource, isStandardScope, mustExistScopes } from './scopes';

const SPEC = FieldPath.of('spec');
const STATUS = FieldPath.of('status');

export function validateResourceQuota(quota: corev1.ResourceQuota): FieldError[] {
  return [...validateSpec(quota.spec ?? {}), ...validateStatus(quota.status ?? {})];
}

export function validateResourceQuotaUpdate(quota: corev1.ResourceQuota, old: corev1.ResourceQuota): FieldError[] {
  const errors = validateSpec(quota.spec ?? {});
  const scopes = new Set(quota.spec?.scopes);
  const oldScopes = new Set(old.spec?.scopes);
  if (scopes.size !== oldScopes.size || [...scopes].some((scope) => !oldScopes.has(scope))) {
    errors.push(invalid(SPEC.child('scopes'), quota.spec?.scopes, FIELD_IMMUTABLE));
  }
  return errors;
}

export function validateResourceQuotaStatusUpdate(quota: corev1.ResourceQuota): FieldError[] {
  const unversioned = isMissing(quota.metadata.resourceVersion) ? [required(FieldPath.of('resourceVersion'))] : [];
  return [...unversioned, ...validateStatus(quota.status ?? {})];
}

function validateSpec(spec: corev1.ResourceQuotaSpec): FieldError[] {
  return [...validateAmounts(spec.hard, SPEC.child('hard')), ...validateScopes(spec), ...validateScopeSelector(spec)];
}

function validateStatus(status: corev1.ResourceQuotaStatus): FieldError[] {
  return [...validateAmounts(status.hard, STATUS.child('hard')), ...validateAmounts(status.used, STATUS.child('used'))];
}

function validateAmounts(amounts: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, value]) => [
    ...validateQuotaResourceName(name, path.key(name)),
    ...validateResourceQuantityValue(name, value, path.key(name)),
  ]);
}

function validateScopes(spec: corev1.ResourceQuotaSpec): FieldError[] {
  const scopes = spec.scopes ?? [];
  const path = SPEC.child('scopes');
  const errors = scopes.flatMap((scope) => {
    const unsupported = isStandardScope(scope) ? [] : [invalid(path, scopes, 'unsupported scope')];
    return [
      ...unsupported,
      ...misappliedResources(spec, scope).map(() => invalid(path, scopes, 'unsupported scope applied to resource')),
    ];
  });
  return [...errors, ...conflictingScopes(scopes, scopes, path)];
}

function validateScopeSelector(spec: corev1.ResourceQuotaSpec): FieldError[] {
  if (!spec.scopeSelector) return [];
  const path = SPEC.child('scopeSelector', 'matchExpressions');
  const requirements = spec.scopeSelector.matchExpressions ?? [];
  const errors = requirements.flatMap((requirement) => {
    const { scopeName } = requirement;
    const unsupported = isStandardScope(scopeName) ? [] : [invalid(path.child('scopeName'), scopeName, 'unsupported scope')];
    const misapplied = misappliedResources(spec, scopeName).map(() =>
      invalid(path, spec.scopeSelector, 'unsupported scope applied to resource'),
    );
    return [...unsupported, ...misapplied, ...validateOperator(requirement, path)];
  });
  return [
    ...errors,
    ...conflictingScopes(
      requirements.map(({ scopeName }) => scopeName),
      spec.scopes,
      path,
    ),
  ];
}

function validateOperator(requirement: corev1.ScopedResourceSelectorRequirement, path: FieldPath): FieldError[] {
  const { scopeName, operator, values = [] } = requirement;
  const errors: FieldError[] = [];
  if (mustExistScopes.has(scopeName) && operator !== 'Exists') {
    const detail =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
      'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
    errors.push(invalid(path.child('operator'), operator, detail));
  }
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (values.length === 0) errors.push(required(path.child('values'), detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (values.length > 0) errors.push(invalid(path.child('values'), values, detail));
  } else {
    errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'));
  }
  return errors;
}

/** The limited resources that the scope says nothing about. */
function misappliedResources(spec: corev1.ResourceQuotaSpec, scope: string): string[] {
  return Object.keys(spec.hard ?? {}).filter(
    (resource) => isStandardQuotaResourceName(resource) && !isScopeValidForResource(scope, resource),
  );
}

function conflictingScopes(scopes: readonly string[], reported: unknown, path: FieldPath): FieldError[] {
  const pairs = [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ];
  const conflicts = pairs.filter((pair) => pair.every((scope) => scopes.includes(scope)));
  return conflicts.map(() => invalid(path, reported, 'conflicting scopes'));
}
