import type { corev1 } from '../../../types';

/** The beta labels of nodes and the stable ones that took their place. */
const STABLE_LABELS: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

/** The old affinity with those beta labels renamed that `affinity` has renamed at the same place. */
export function withoutBetaLabels(
  old: corev1.VolumeNodeAffinity,
  affinity?: corev1.VolumeNodeAffinity,
): corev1.VolumeNodeAffinity {
  if (!old.required) return old;
  const terms = affinity?.required?.nodeSelectorTerms ?? [];
  const nodeSelectorTerms = old.required.nodeSelectorTerms.map((term, i) => ({
    ...term,
    ...(term.matchExpressions && { matchExpressions: rename(term.matchExpressions, terms[i]?.matchExpressions ?? []) }),
    ...(term.matchFields && { matchFields: rename(term.matchFields, terms[i]?.matchFields ?? []) }),
  }));
  return { ...old, required: { ...old.required, nodeSelectorTerms } };
}

function rename(
  old: readonly corev1.NodeSelectorRequirement[],
  now: readonly corev1.NodeSelectorRequirement[],
): corev1.NodeSelectorRequirement[] {
  return old.map((requirement, i) => {
    const stable = STABLE_LABELS.get(requirement.key);
    return stable !== undefined && stable === now[i]?.key ? { ...requirement, key: stable } : requirement;
  });
}
