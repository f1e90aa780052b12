import type { FieldPath } from '@typekube/apimachinery';
import type { corev1 } from '../../types';

const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** The warning about a node label that has a newer name, with `lead` before its text. */
export function warningsForNodeLabel(key: string, path: FieldPath, lead = ''): string[] {
  const message = Object.hasOwn(DEPRECATED_NODE_LABELS, key) ? DEPRECATED_NODE_LABELS[key] : undefined;
  return message === undefined ? [] : [`${path}: ${lead}${message}`];
}

export function warningsForNodeAffinity(affinity: corev1.NodeAffinity | undefined, path: FieldPath): string[] {
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const termsPath = path.child('requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  const preferredPath = path.child('preferredDuringSchedulingIgnoredDuringExecution');
  return [
    ...terms.flatMap((term, i) => warningsForTerm(term, termsPath.index(i))),
    ...preferred.flatMap(({ preference }, i) => warningsForTerm(preference, preferredPath.index(i).child('preference'))),
  ];
}

/** Warnings come for objects that validation refuses, too: a term may be missing. */
function warningsForTerm({ matchExpressions = [] }: corev1.NodeSelectorTerm = {}, path: FieldPath): string[] {
  return matchExpressions.flatMap(({ key }, i) =>
    warningsForNodeLabel(key, path.child('matchExpressions').index(i).child('key'), `${key} is `),
  );
}
