import {
  addAmounts,
  type Amounts,
  type corev1,
  evaluatorFor,
  exceededNames,
  filterAmounts,
  formatAmounts,
  maskAmounts,
  NO_AMOUNTS,
  parseAmounts,
  printAmounts,
  type QuotaEvaluator,
  quotaMatches,
  scopesOf,
  type ScopeSelector,
  subtractToZero,
} from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import { forbidden } from '../forbidden';

export type Quota = corev1.ResourceQuota;

/** What may be used only where some quota is about it: upstream's `limitedResources`. */
export interface LimitedResource {
  readonly apiGroup?: string;
  readonly resource?: string;
  readonly matchContains?: readonly string[];
  readonly matchScopes?: readonly { readonly scopeName?: string; readonly operator?: string; readonly values?: readonly string[] }[];
}

/**
 * The quotas as they will be when the write has happened, in the same order; what it does not touch is the same object. Throws 403 where
 * it takes more than is left (upstream's CheckRequest).
 */
export function checkRequest(
  quotas: readonly Quota[],
  attributes: AdmissionAttributes,
  limited: readonly LimitedResource[],
  now: Date,
): readonly Quota[] {
  const write = quotaWrite(attributes);
  const evaluator = evaluatorOf(attributes);
  if (!evaluator.handles(write)) return quotas;
  const matching = matchingQuotas(quotas, attributes, evaluator, write.object);
  const usage = evaluator.usage(write.object, now);
  checkNotNegative(attributes, usage);
  const deltas = deltasOf(matching, { ...write, evaluator, usage, now });
  if (![...deltas.values()].some(({ size }) => size > 0)) {
    const free = matching.length === 0 ? nonZero(deltaOf({ ...write, evaluator, usage, now })) : NO_AMOUNTS;
    if (free.size === 0) return quotas;
  }
  checkCovered(attributes, { quotas, matching, evaluator, usage, limited });
  return quotas.map((quota) => {
    const delta = deltas.get(quota);
    return delta?.size ? charge(quota, delta, attributes) : quota;
  });
}

export function quotaWrite({ operation, subresource, object, oldObject }: AdmissionAttributes): {
  operation: string;
  subresource: string;
  object: KubeObject;
  oldObject: KubeObject | undefined;
} {
  return { operation, subresource, object: object!, oldObject };
}

export function evaluatorOf({ resource }: Pick<AdmissionAttributes, 'resource'>): QuotaEvaluator {
  return evaluatorFor(resource.groupResource.group, resource.groupResource.resource);
}

/** The quotas that are about the object. Each must know what is used, and the object must say what it wants. */
function matchingQuotas(
  quotas: readonly Quota[],
  attributes: AdmissionAttributes,
  evaluator: QuotaEvaluator,
  object: KubeObject,
): Quota[] {
  return quotas.filter((quota) => {
    const hard = Object.keys(quota.status?.hard ?? {});
    if (!quotaMatches(quota, hard, evaluator, object)) return false;
    const names = evaluator.matchingResources(hard);
    const missing = evaluator.missing?.(names, object);
    if (missing) throw forbidden(attributes, `failed quota: ${quota.metadata.name}: ${missing}`);
    const unknown = names.some((name) => quota.status?.used?.[name] === undefined);
    if (unknown) throw forbidden(attributes, `status unknown for quota: ${quota.metadata.name}, resources: ${[...names].sort().join(',')}`);
    return true;
  });
}

function checkNotNegative(attributes: AdmissionAttributes, usage: Amounts): void {
  const names = [...usage].flatMap(([name, amount]) => (amount.sign < 0 ? [name] : []));
  if (names.length) throw forbidden(attributes, `quota usage is negative for resource(s): ${names.sort().join(',')}`);
}

interface Counted {
  readonly evaluator: QuotaEvaluator;
  readonly operation: string;
  readonly oldObject: KubeObject | undefined;
  readonly usage: Amounts;
  readonly now: Date;
}

/** By quota: what the write takes anew. What a quota did not count before, it counts in full. */
function deltasOf(quotas: readonly Quota[], counted: Counted): Map<Quota, Amounts> {
  return new Map(
    quotas.map((quota) => {
      const { oldObject, evaluator, usage } = counted;
      const hard = Object.keys(quota.status?.hard ?? {});
      const countedBefore = oldObject && quotaMatches(quota, hard, evaluator, oldObject);
      return [quota, nonZero(countedBefore ? deltaOf(counted) : usage)];
    }),
  );
}

function deltaOf({ evaluator, operation, oldObject, usage, now }: Counted): Amounts {
  return operation === 'UPDATE' && oldObject ? subtractToZero(usage, evaluator.usage(oldObject, now)) : usage;
}

function nonZero(amounts: Amounts): Amounts {
  return filterAmounts(amounts, (amount) => !amount.isZero);
}

interface Coverage {
  readonly quotas: readonly Quota[];
  readonly matching: readonly Quota[];
  readonly evaluator: QuotaEvaluator;
  readonly usage: Amounts;
  readonly limited: readonly LimitedResource[];
}

/** What the configuration limits by default must be in some quota. */
function checkCovered(attributes: AdmissionAttributes, { quotas, matching, evaluator, usage, limited }: Coverage): void {
  if (limited.length === 0) return;
  const { group, resource } = attributes.resource.groupResource;
  const contained = limited.filter((rule) => (rule.apiGroup ?? '') === group && rule.resource === resource).flatMap((rule) => rule.matchContains ?? []);
  const restricted = new Set(matching.flatMap((quota) => evaluator.matchingResources(Object.keys(quota.status?.hard ?? {}))));
  const uncovered = [...usage].flatMap(([name, amount]) =>
    amount.sign > 0 && contained.some((part) => name.includes(part)) && !restricted.has(name) ? [name] : [],
  );
  if (uncovered.length) throw forbidden(attributes, `insufficient quota to consume: ${uncovered.sort().join(',')}`);
  checkScopesCovered(attributes, quotas, evaluator, limited);
}

function checkScopesCovered(
  attributes: AdmissionAttributes,
  quotas: readonly Quota[],
  evaluator: QuotaEvaluator,
  limited: readonly LimitedResource[],
): void {
  const object = attributes.object!;
  const matching = (selectors: readonly ScopeSelector[]): ScopeSelector[] => selectors.filter((selector) => evaluator.matchesScope(selector, object));
  const asked = matching(limited.flatMap((rule) => rule.matchScopes ?? []).map(selectorOf));
  const covered = new Set(matching(quotas.flatMap(scopesOf)).map(({ scopeName }) => scopeName));
  const uncovered = asked.filter(({ scopeName }) => !covered.has(scopeName));
  if (uncovered.length === 0) return;
  const texts = uncovered.map(({ scopeName, operator, values = [] }) => `{${scopeName} ${operator} [${values.join(' ')}]}`);
  throw forbidden(attributes, `insufficient quota to match these scopes: [${texts.join(' ')}]`);
}

function selectorOf({ scopeName = '', operator = '', values }: NonNullable<LimitedResource['matchScopes']>[number]): ScopeSelector {
  return { scopeName, operator, ...(values && { values: [...values] }) };
}

function charge(quota: Quota, delta: Amounts, attributes: AdmissionAttributes): Quota {
  const [hard, used] = [parseAmounts(quota.status?.hard), parseAmounts(quota.status?.used)];
  const requested = maskAmounts(delta, hard.keys());
  const after = addAmounts(used, requested);
  // A change that has happened already is counted, not judged.
  if (attributes.subresource !== 'status') {
    const exceeded = exceededNames(maskAmounts(after, requested.keys()), hard);
    if (exceeded.length) {
      const print = (amounts: Amounts): string => printAmounts(maskAmounts(amounts, exceeded));
      throw forbidden(
        attributes,
        `exceeded quota: ${quota.metadata.name}, requested: ${print(requested)}, used: ${print(used)}, limited: ${print(hard)}`,
      );
    }
  }
  return { ...quota, status: { ...quota.status, used: formatAmounts(after) } };
}
