import { nothing, type ReadonlyLabelSelector, type Selector, selectorFromLabelSelector } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Pod } from '../framework/objects';

/** One term of a pod's affinity to other pods, ready to be matched. (framework.AffinityTerm) */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly namespaces: ReadonlySet<string>;
  /** Selects further namespaces by their labels. */
  readonly namespaceSelector: Selector;
}

export interface WeightedAffinityTerm extends AffinityTerm {
  readonly weight: number;
}

/** Reads a term of that pod. Throws a SelectorError where a selector is none. */
export function affinityTerm(pod: Pod, term: DeepReadonly<corev1.PodAffinityTerm>): AffinityTerm {
  const own = !term.namespaces?.length && !term.namespaceSelector;
  return {
    topologyKey: term.topologyKey,
    selector: selectorOf(term.labelSelector),
    namespaces: new Set(own ? [pod.metadata.namespace ?? ''] : (term.namespaces ?? [])),
    namespaceSelector: selectorOf(term.namespaceSelector),
  };
}

/** Reads preferred terms; those of weight 0 are left out. */
export function weightedTerms(
  pod: Pod,
  terms: readonly DeepReadonly<corev1.WeightedPodAffinityTerm>[] = [],
): WeightedAffinityTerm[] {
  return terms
    .filter(({ weight }) => weight !== 0)
    .map(({ weight, podAffinityTerm }) => ({ ...affinityTerm(pod, podAffinityTerm), weight }));
}

/** The labels of a namespace; none where it is not known. */
export type LabelsOf = (namespace: string) => Readonly<Record<string, string>>;

/** Whether a term means that pod: by its namespace, or that namespace's labels, and by its own labels. */
export function termMatches(term: AffinityTerm, pod: Pod, labelsOf: LabelsOf): boolean {
  return inNamespaces(term, pod.metadata.namespace ?? '', labelsOf) && term.selector.matches(pod.metadata.labels);
}

function inNamespaces({ namespaces, namespaceSelector }: AffinityTerm, namespace: string, labelsOf: LabelsOf): boolean {
  if (namespaces.has(namespace)) return true;
  return !namespaceSelector.matchesNothing && namespaceSelector.matches(labelsOf(namespace));
}

function selectorOf(selector: ReadonlyLabelSelector | undefined): Selector {
  return selector ? selectorFromLabelSelector(selector) : nothing();
}
