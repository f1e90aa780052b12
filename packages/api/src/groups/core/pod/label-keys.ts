import type { LabelSelector } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';

type Labels = Readonly<Record<string, string>>;

/**
 * Turns the label keys of affinity terms and spread constraints into requirements on the values that this pod has, when it is
 * made (MatchLabelKeysInPodAffinity, MatchLabelKeysInPodTopologySpreadSelectorMerge).
 */
export function resolveLabelKeys(spec: corev1.PodSpec, labels: Labels): void {
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const needed = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const term of [...needed, ...preferred.map(({ podAffinityTerm }) => podAffinityTerm)]) {
      requireValues(term?.labelSelector, term?.matchLabelKeys, { labels, operator: 'In' });
      requireValues(term?.labelSelector, term?.mismatchLabelKeys, { labels, operator: 'NotIn' });
    }
  }
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? []) {
    requireValues(labelSelector, matchLabelKeys, { labels, operator: 'In' });
  }
}

function requireValues(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  { labels, operator }: { labels: Labels; operator: 'In' | 'NotIn' },
): void {
  if (!selector) return;
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value !== undefined) (selector.matchExpressions ??= []).push({ key, operator, values: [value] });
  }
}
