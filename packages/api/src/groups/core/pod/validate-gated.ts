import { type FieldError, FieldPath, invalid } from '@typekube/apimachinery';
import { keepField } from '../../../registry/status-strategy';
import type { corev1 } from '../../../types';
import { semanticEqual } from '../../../shared/fields/semantic-equal';

const SPEC = FieldPath.of('spec');
const TERMS = SPEC.child('affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');

/** A pod that is not yet up for scheduling may be tied to fewer nodes. Puts the old selector back into `spec`. */
export function validateGatedNodeSelector(spec: corev1.PodSpec, old: corev1.PodSpec): FieldError[] {
  const selector = spec.nodeSelector ?? {};
  const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => selector[key] === value);
  keepField(spec, old, 'nodeSelector');
  if (kept) return [];
  return [
    invalid(SPEC.child('nodeSelector'), selector, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'),
  ];
}

/** The same for the terms of its node affinity. Puts the old node affinity back into `spec`. */
export function validateGatedAffinity(spec: corev1.PodSpec, old: corev1.PodSpec): FieldError[] {
  const now = spec.affinity?.nodeAffinity;
  const before = old.affinity?.nodeAffinity;
  if (semanticEqual(now, before)) return [];
  const errors = validateTerms(now, before);
  const { nodeAffinity: _, ...others } = spec.affinity ?? {};
  spec.affinity = before ? { ...others, nodeAffinity: before } : others;
  return errors;
}

function validateTerms(now: corev1.NodeAffinity | undefined, before: corev1.NodeAffinity | undefined): FieldError[] {
  const old = before?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = now?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (old.length === 0) return [];
  if (terms.length !== old.length)
    return [invalid(TERMS, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  return terms.flatMap((term, i) =>
    addsOnly(term, old[i] ?? {}) ? [] : [invalid(TERMS.index(i), term, 'only additions are allowed (no mutations or deletions)')],
  );
}

function addsOnly(term: corev1.NodeSelectorTerm, old: corev1.NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  if (lists.every((list) => !old[list]?.length)) return lists.every((list) => !term[list]?.length);
  return lists.every((list) => semanticEqual(term[list]?.slice(0, old[list]?.length ?? 0), old[list]));
}
