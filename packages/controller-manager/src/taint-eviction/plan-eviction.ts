import type { corev1 } from '@typekube/api';
import { tolerates } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { type Node, type Pod, timeOf } from '../shared/objects';

type Taint = DeepReadonly<corev1.Taint>;
type Toleration = DeepReadonly<corev1.Toleration>;

/**
 * When a pod has to leave its node, in milliseconds since 1970; undefined: it may stay. `since` is when the taints were first seen beside the pod.
 * (taintEvictionController.processPodOnNode)
 */
export function planEviction(pod: Pod, node: Node, since: number): number | undefined {
  const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  if (taints.length === 0 || pod.metadata.deletionTimestamp) return undefined;
  const tolerations = pod.spec?.tolerations ?? [];
  const deadlines = taints.map((taint) => deadlineOf(taint, tolerations, since)).filter((deadline) => deadline !== undefined);
  return deadlines.length > 0 ? Math.min(...deadlines.map((deadline) => deadline ?? 0)) : undefined;
}

/** The first toleration that fits counts. Time runs from when the taint says that it was put there, so that it goes on over a restart. */
function deadlineOf(taint: Taint, tolerations: readonly Toleration[], seen: number): number | undefined {
  const toleration = tolerations.find((candidate) => tolerates(candidate, taint));
  if (!toleration) return seen;
  if (toleration.tolerationSeconds === undefined) return undefined;
  const since = taint.timeAdded ? timeOf(taint.timeAdded) : seen;
  return since + Math.max(0, toleration.tolerationSeconds) * 1000;
}
