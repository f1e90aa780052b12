import { isNativeResource } from '../shared/resources/resource-names';
import { isExtendedResourceName } from '../shared/resources/validate';
import { computePodQos } from '../shared/pod-template/pod-qos';
import type { corev1 } from '../types';
import { type Amounts, parseAmounts } from './amounts';
import { objectCountName, ONE } from './count-evaluator';
import { type QuotaEvaluator, type ScopeSelector, scopeValueMatches } from './evaluator';
import { podLimits, podRequests } from './pod-resources';

const COUNT = objectCountName('', 'pods');
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'] as const;
const RESOURCES: ReadonlySet<string> = new Set([
  COUNT,
  'pods',
  ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);
/** Where a quota limits these, every container must say how much it wants. */
const MUST_BE_SET: ReadonlySet<string> = new Set(['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]));

/** Counts pods that are not over, and what they request. */
export const podEvaluator: QuotaEvaluator = {
  group: '',
  plural: 'pods',
  handles: ({ operation, subresource }) =>
    subresource === '' ? operation === 'CREATE' : subresource === 'resize' && operation === 'UPDATE',
  matchingResources: (names) => names.filter(isPodResource),
  matchesScope: (selector, object) => matchesScope(selector, object as corev1.Pod),
  usage(object, now) {
    const pod = object as corev1.Pod;
    if (isOver(pod, now)) return new Map([[COUNT, ONE]]);
    return new Map([[COUNT, ONE], ...computeUsage(podRequests(pod), podLimits(pod))]);
  },
  missing: (names, object) => missingAmounts(names, object as corev1.Pod),
};

function isPodResource(name: string): boolean {
  if (RESOURCES.has(name)) return true;
  if (name.startsWith('hugepages-') || name.startsWith('requests.hugepages-')) return true;
  return !isNativeResource(name) && name.startsWith('requests.');
}

/** Whether the pod counts no more: it has ended, or should be gone by now (QuotaV1Pod). */
function isOver({ metadata, status }: corev1.Pod, now: Date): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return false;
  return now.getTime() > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage = new Map([['pods', ONE]]);
  for (const name of COMPUTE) {
    const [request, limit] = [requests.get(name), limits.get(name)];
    if (request) usage.set(name, request).set(`requests.${name}`, request);
    if (limit) usage.set(`limits.${name}`, limit);
  }
  for (const [name, request] of requests) {
    if (name.startsWith('hugepages-')) usage.set(name, request).set(`requests.${name}`, request);
    else if (isExtendedResourceName(name)) usage.set(`requests.${name}`, request);
  }
  return usage;
}

function missingAmounts(names: readonly string[], { spec }: corev1.Pod): string | undefined {
  const required = names.filter((name) => MUST_BE_SET.has(name));
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ name, resources }) => ({
    name,
    has: computeUsage(parseAmounts(resources?.requests), parseAmounts(resources?.limits)),
  }));
  const problems = required.sort().flatMap((resource) => {
    const without = containers.filter(({ has }) => !has.has(resource)).map(({ name }) => name);
    return without.length ? [`${resource} for: ${[...new Set(without)].sort().join(',')}`] : [];
  });
  return problems.length ? `must specify ${problems.join('; ')}` : undefined;
}

function matchesScope(selector: ScopeSelector, { spec }: corev1.Pod): boolean {
  if (!spec) return false;
  switch (selector.scopeName) {
    case 'Terminating':
      return isTerminating(spec);
    case 'NotTerminating':
      return !isTerminating(spec);
    case 'BestEffort':
      return computePodQos(spec) === 'BestEffort';
    case 'NotBestEffort':
      return computePodQos(spec) !== 'BestEffort';
    case 'PriorityClass':
      return scopeValueMatches(selector, spec.priorityClassName || undefined);
    case 'CrossNamespacePodAffinity':
      return usesOtherNamespaces(spec);
    default:
      return false;
  }
}

function isTerminating({ activeDeadlineSeconds }: corev1.PodSpec): boolean {
  return activeDeadlineSeconds !== undefined && activeDeadlineSeconds >= 0;
}

function usesOtherNamespaces({ affinity }: corev1.PodSpec): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some((rules) => {
    const preferred = (rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm);
    const terms = [...(rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []), ...preferred];
    return terms.some((term) => term.namespaces?.length || term.namespaceSelector !== undefined);
  });
}
