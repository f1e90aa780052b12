import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { type Pod, specOf } from '../framework/objects';
import { type AffinityTerm, affinityTerm, type WeightedAffinityTerm, weightedTerms } from './affinity-term';
import { type HostPort, hostPortsOf } from './host-ports';
import { podNonZeroRequests, podRequests } from './pod-requests';
import { noResources, type Resources } from './resources';

/** A pod with all that the scheduler computes of it, once. Immutable. */
export interface PodInfo {
  readonly pod: Pod;
  readonly requests: Readonly<Resources>;
  /** The requests that count in scores. */
  readonly nonZero: { readonly milliCpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedAffinityTerm[];
  readonly preferredAntiAffinity: readonly WeightedAffinityTerm[];
  /** It says anything at all about other pods. */
  readonly hasAffinity: boolean;
  /** A selector or a quantity that cannot be read, which an API server would not have let in; what can be read counts. */
  readonly error?: unknown;
}

const known = new WeakMap<Pod, PodInfo>();

/** The info of a pod; computed once an object. */
export function podInfoOf(pod: Pod): PodInfo {
  const found = known.get(pod);
  if (found) return found;
  const info = compute(pod);
  known.set(pod, info);
  return info;
}

function compute(pod: Pod): PodInfo {
  const affinity = specOf(pod).affinity;
  const errors: unknown[] = [];
  const requests = attempt(() => podRequests(pod), noResources(), errors);
  const terms = attempt(() => affinityTermsOf(pod, affinity), NO_TERMS, errors);
  return {
    pod,
    requests,
    nonZero: attempt(() => podNonZeroRequests(pod, requests), requests, errors),
    hostPorts: hostPortsOf(pod),
    ...terms,
    hasAffinity: Boolean(affinity?.podAffinity ?? affinity?.podAntiAffinity),
    ...(errors.length > 0 && { error: errors[0] }),
  };
}

type AffinityTerms = Pick<PodInfo, 'requiredAffinity' | 'requiredAntiAffinity' | 'preferredAffinity' | 'preferredAntiAffinity'>;

const NO_TERMS: AffinityTerms = {
  requiredAffinity: [],
  requiredAntiAffinity: [],
  preferredAffinity: [],
  preferredAntiAffinity: [],
};

function affinityTermsOf(pod: Pod, affinity: DeepReadonly<corev1.Affinity> | undefined): AffinityTerms {
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity) return NO_TERMS;
  const required = (terms: readonly DeepReadonly<corev1.PodAffinityTerm>[] = []): AffinityTerm[] =>
    terms.map((term) => affinityTerm(pod, term));
  return {
    requiredAffinity: required(affinity.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAntiAffinity: required(affinity.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: weightedTerms(pod, affinity.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: weightedTerms(pod, affinity.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

function attempt<T>(compute: () => T, fallback: T, errors: unknown[]): T {
  try {
    return compute();
  } catch (error) {
    errors.push(error);
    return fallback;
  }
}
