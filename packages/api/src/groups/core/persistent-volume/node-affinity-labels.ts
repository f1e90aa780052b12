import { stableLabelOf } from '../../../shared/node-labels/deprecated-labels';
import type { corev1 } from '../../../types';

/** The old affinity with those beta labels renamed that `affinity` has renamed at the same place. */
export function withoutBetaLabels(old: corev1.VolumeNodeAffinity, affinity?: corev1.VolumeNodeAffinity): corev1.VolumeNodeAffinity {
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
    const stable = stableLabelOf(requirement.key);
    return stable !== undefined && stable === now[i]?.key ? { ...requirement, key: stable } : requirement;
  });
}
