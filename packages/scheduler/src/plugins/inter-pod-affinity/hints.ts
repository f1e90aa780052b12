import { type AffinityTerm, type LabelsOf, termMatches } from '../../cache/affinity-term';
import { podInfoOf } from '../../cache/pod-info';
import type { ClusterChange, QueueingHint } from '../../framework/events';
import type { Pod } from '../../framework/objects';

/** Which changes may help a pod that affinity has refused. */
export class InterPodAffinityHints {
  constructor(private readonly labelsOf: LabelsOf) {}

  /** A pod came that is wanted, or went that was not, or changed its labels so. */
  forAssignedPod(pod: Pod, { oldPod, newPod }: ClusterChange): QueueingHint {
    const info = podInfoOf(pod);
    const wanted = (other: Pod | undefined): boolean => other !== undefined && this.all(info.requiredAffinity, other);
    const unwanted = (other: Pod | undefined): boolean => other !== undefined && this.any(info.requiredAntiAffinity, other);
    const keepsAway = (other: Pod | undefined): boolean =>
      other !== undefined && this.any(podInfoOf(other).requiredAntiAffinity, pod);
    if (!wanted(oldPod) && wanted(newPod)) return 'Queue';
    if (unwanted(oldPod) && !unwanted(newPod)) return 'Queue';
    return keepsAway(oldPod) && !keepsAway(newPod) ? 'Queue' : 'Skip';
  }

  /**
   * A node came, or changed its labels, that has all the topologies which the pod must share. Anti-affinity cannot rule it out:
   * the rules of other pods, with topologies of their own, may have refused this one.
   */
  forNode(pod: Pod, { newNode }: ClusterChange): QueueingHint {
    const labels = newNode?.metadata.labels ?? {};
    return podInfoOf(pod).requiredAffinity.every(({ topologyKey }) => labels[topologyKey] !== undefined) ? 'Queue' : 'Skip';
  }

  private all(terms: readonly AffinityTerm[], pod: Pod): boolean {
    return terms.length > 0 && terms.every((term) => termMatches(term, pod, this.labelsOf));
  }

  private any(terms: readonly AffinityTerm[], pod: Pod): boolean {
    return terms.some((term) => termMatches(term, pod, this.labelsOf));
  }
}
