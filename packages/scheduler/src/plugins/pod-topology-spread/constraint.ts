import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import {
  findUntolerated,
  newRequirement,
  nothing,
  type RequiredNodes,
  SCHEDULING_EFFECTS,
  type Selector,
  selectorFromLabelSelector,
} from '@typekube/apimachinery';
import type { NodeInfo } from '../../cache/node-info';
import { type Pod, specOf } from '../../framework/objects';

export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

/** A spread constraint, ready to be used. (topologySpreadConstraint) */
export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  /** Only nodes that the pod's node affinity allows count. */
  readonly honorsAffinity: boolean;
  /** Only nodes whose taints the pod tolerates count. */
  readonly honorsTaints: boolean;
}

/** The constraints with that `whenUnsatisfiable`. Throws a SelectorError where a selector is none. */
export function readConstraints(
  pod: Pod,
  constraints: readonly DeepReadonly<corev1.TopologySpreadConstraint>[],
  whenUnsatisfiable: string,
): Constraint[] {
  return constraints
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => ({
      maxSkew: constraint.maxSkew,
      topologyKey: constraint.topologyKey,
      selector: selectorOf(pod, constraint),
      minDomains: constraint.minDomains ?? 1,
      honorsAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
    }));
}

/** The selector narrowed to pods that share this pod's values of the matchLabelKeys. */
function selectorOf(pod: Pod, { labelSelector, matchLabelKeys = [] }: DeepReadonly<corev1.TopologySpreadConstraint>): Selector {
  const selector = labelSelector ? selectorFromLabelSelector(labelSelector) : nothing();
  const labels = pod.metadata.labels ?? {};
  const shared = matchLabelKeys.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [newRequirement(key, 'in', [value])];
  });
  return shared.length ? selector.add(...shared) : selector;
}

/** Whether a node has the labels of all constraints. */
export function hasAllTopologies({ labels }: NodeInfo, constraints: readonly Constraint[]): boolean {
  return constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);
}

/** Whether a node counts for a constraint. */
export function includesNode(constraint: Constraint, pod: Pod, info: NodeInfo, required: RequiredNodes): boolean {
  if (constraint.honorsAffinity && !(info.node && required.matches(info.node))) return false;
  return !constraint.honorsTaints || !findUntolerated(info.taints, specOf(pod).tolerations ?? [], SCHEDULING_EFFECTS);
}

/** How many pods of a namespace on the node are meant; pods that are being deleted are not, and an empty selector means none. */
export function countMatching({ pods }: NodeInfo, selector: Selector, namespace: string | undefined): number {
  if (selector.isEmpty || selector.matchesNothing) return 0;
  let count = 0;
  for (const { pod } of pods) {
    const { metadata } = pod;
    if (metadata.deletionTimestamp === undefined && metadata.namespace === namespace && selector.matches(metadata.labels))
      count++;
  }
  return count;
}
