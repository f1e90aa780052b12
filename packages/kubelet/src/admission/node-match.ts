import type { corev1 } from '@typekube/api';
import { newRequirement, SelectorError, type SelectorOperator } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { type Pod, specOf } from '../objects';

export interface NodeIdentity {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const OPERATORS: ReadonlyMap<string, SelectorOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
  ['Gt', 'gt'],
  ['Lt', 'lt'],
]);

/** Whether the node is one that the pod asks for, by its nodeSelector and its required node affinity. */
export function matchesNode(pod: Pod, node: NodeIdentity): boolean {
  const { nodeSelector = {}, affinity } = specOf(pod);
  if (!Object.entries(nodeSelector).every(([key, value]) => node.labels[key] === value)) return false;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

/** A term that says nothing matches nothing. */
function matchesTerm({ matchExpressions = [], matchFields = [] }: DeepReadonly<corev1.NodeSelectorTerm>, node: NodeIdentity): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return matchExpressions.every((each) => matches(each, node.labels)) && matchFields.every((each) => matches(each, { 'metadata.name': node.name }));
}

function matches({ key, operator, values = [] }: DeepReadonly<corev1.NodeSelectorRequirement>, labels: Readonly<Record<string, string>>): boolean {
  const known = OPERATORS.get(operator);
  if (!known) return false;
  try {
    return newRequirement(key, known, values).matches(labels);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}

/** Whether the pod has to leave a node with such a taint at once. */
export function isDrivenOff(pod: Pod, taints: readonly DeepReadonly<corev1.Taint>[]): boolean {
  const { tolerations = [] } = specOf(pod);
  return taints.some((taint) => taint.effect === 'NoExecute' && !tolerations.some((toleration) => tolerates(toleration, taint)));
}

/** Toleration.ToleratesTaint. */
function tolerates({ key, operator = 'Equal', value = '', effect }: DeepReadonly<corev1.Toleration>, taint: DeepReadonly<corev1.Taint>): boolean {
  if ((effect && effect !== taint.effect) || (key && key !== taint.key)) return false;
  if (operator === 'Exists') return true;
  if (operator === 'Equal' || operator === '') return value === (taint.value ?? '');
  const [limit, found] = [value, taint.value ?? ''].map((text) => (/^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined));
  if (limit === undefined || found === undefined) return false;
  return operator === 'Gt' ? found > limit : operator === 'Lt' && found < limit;
}
