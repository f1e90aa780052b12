import { type Amounts, type corev1, parseAmounts, podLimits, podRequests } from '@typekube/api';
import type { Quantity } from '@typekube/apimachinery';

/** What a pod asks for outside of a range, as upstream words it. */
export function podProblems(pod: corev1.Pod, range: corev1.LimitRange): string[] {
  const { spec } = pod;
  return (range.spec?.limits ?? []).flatMap((item) => {
    if (item.type === 'Pod') return problemsOf(item, { requests: podRequests(pod), limits: podLimits(pod) });
    if (item.type !== 'Container') return [];
    return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(({ resources }) =>
      problemsOf(item, { requests: parseAmounts(resources?.requests), limits: parseAmounts(resources?.limits) }),
    );
  });
}

/** The same of a volume claim, which has requests only. */
export function claimProblems({ spec }: corev1.PersistentVolumeClaim, range: corev1.LimitRange): string[] {
  const asked = { requests: parseAmounts(spec?.resources?.requests), limits: parseAmounts(undefined) };
  return (range.spec?.limits ?? []).flatMap((item) => {
    if (item.type !== 'PersistentVolumeClaim') return [];
    return [
      ...eachOf(item.min, (name, bound) => belowMinimum(item.type, name, bound, asked)),
      ...eachOf(item.max, (name, bound) => requestAboveMaximum(item.type, name, bound, asked)),
    ];
  });
}

interface Asked {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

function problemsOf({ type, min, max, maxLimitRequestRatio }: corev1.LimitRangeItem, asked: Asked): string[] {
  return [
    ...eachOf(min, (name, bound) => belowMinimum(type, name, bound, asked)),
    ...eachOf(max, (name, bound) => aboveMaximum(type, name, bound, asked)),
    ...eachOf(maxLimitRequestRatio, (name, bound) => aboveRatio(type, name, bound, asked)),
  ];
}

type Check = (name: string, bound: Quantity) => string | undefined;

function eachOf(bounds: Record<string, string> | undefined, check: Check): string[] {
  return [...parseAmounts(bounds)].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, bound]) => check(name, bound) ?? []);
}

function belowMinimum(type: string, name: string, bound: Quantity, { requests, limits }: Asked): string | undefined {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const rule = `minimum ${name} usage per ${type} is ${bound.toString()}`;
  if (!request) return `${rule}.  No request is specified`;
  if (request.cmp(bound) < 0) return `${rule}, but request is ${request.toString()}`;
  if (limit && limit.cmp(bound) < 0) return `${rule}, but limit is ${limit.toString()}`;
  return undefined;
}

function aboveMaximum(type: string, name: string, bound: Quantity, { requests, limits }: Asked): string | undefined {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const rule = `maximum ${name} usage per ${type} is ${bound.toString()}`;
  if (!limit) return `${rule}.  No limit is specified`;
  if (limit.cmp(bound) > 0) return `${rule}, but limit is ${limit.toString()}`;
  if (request && request.cmp(bound) > 0) return `${rule}, but request is ${request.toString()}`;
  return undefined;
}

function requestAboveMaximum(type: string, name: string, bound: Quantity, { requests }: Asked): string | undefined {
  const request = requests.get(name);
  const rule = `maximum ${name} usage per ${type} is ${bound.toString()}`;
  if (!request) return `${rule}.  No request is specified`;
  return request.cmp(bound) > 0 ? `${rule}, but request is ${request.toString()}` : undefined;
}

function aboveRatio(type: string, name: string, bound: Quantity, { requests, limits }: Asked): string | undefined {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const rule = `${name} max limit to request ratio per ${type} is ${bound.toString()}`;
  if (!request || request.isZero) return `${rule}, but no request is specified or request is 0`;
  if (!limit || limit.isZero) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = limit.toNumber() / request.toNumber();
  return ratio > bound.toNumber() ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}
