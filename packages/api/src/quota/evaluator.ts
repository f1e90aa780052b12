import type { KubeObject } from '@typekube/apimachinery';
import type { corev1 } from '../types';
import type { Amounts } from './amounts';

export type ScopeSelector = corev1.ScopedResourceSelectorRequirement;

/** A write as quotas see it. */
export interface QuotaWrite {
  readonly operation: string;
  readonly subresource: string;
  readonly object: KubeObject;
  readonly oldObject: KubeObject | undefined;
}

/** How much of what quotas limit an object of one kind takes (upstream's quota.Evaluator). */
export interface QuotaEvaluator {
  readonly group: string;
  readonly plural: string;
  /** Whether such a write can change what is used. */
  handles(write: QuotaWrite): boolean;
  /** Those of the names that say something about this kind. */
  matchingResources(names: readonly string[]): string[];
  matchesScope(selector: ScopeSelector, object: KubeObject): boolean;
  /** `now` tells whether what is being deleted is still there. */
  usage(object: KubeObject, now: Date): Amounts;
  /** What the object must say so that it can be counted, as a text; undefined if it does. */
  missing?(names: readonly string[], object: KubeObject): string | undefined;
}

/** The scopes and the scope selector of a quota, as one list. */
export function scopesOf({ spec }: Pick<corev1.ResourceQuota, 'spec'>): ScopeSelector[] {
  const scopes = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

/** Whether a quota is about the object at all: it limits something that the object takes, and its scopes all match. */
export function quotaMatches(
  quota: Pick<corev1.ResourceQuota, 'spec'>,
  hard: readonly string[],
  evaluator: QuotaEvaluator,
  object: KubeObject,
): boolean {
  if (evaluator.matchingResources(hard).length === 0) return false;
  return scopesOf(quota).every((selector) => evaluator.matchesScope(selector, object));
}

/** Compares a value with a scope selector; an absent value is as a label that is not there. */
export function scopeValueMatches({ operator, values = [] }: ScopeSelector, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
