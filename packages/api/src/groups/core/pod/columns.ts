import type { ColumnDefinition, TableDefinition } from '../../../registry/resource-definition';
import { age } from '../../../shared/columns/age';
import { ageColumn, columnDefinition, nameColumn, nameOf } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';
import { summarizePod, type PodSummary } from './pod-summary';

const NONE = '<none>';

function column(name: string, description: string): ColumnDefinition {
  return { name, type: 'string', format: '', description, priority: 0 };
}

function wideColumn(name: string, description: string): ColumnDefinition {
  return { ...column(name, description), priority: 1 };
}

/** The columns of pods. Several cells come from one walk over the containers, so a row is made as a whole. */
export const table: TableDefinition<corev1.Pod> = {
  columns: [
    columnDefinition(nameColumn),
    column('Ready', 'The aggregate readiness state of this pod for accepting traffic.'),
    column('Status', 'The aggregate status of the containers in this pod.'),
    column(
      'Restarts',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    ),
    columnDefinition(ageColumn),
    wideColumn(
      'IP',
      'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    ),
    wideColumn(
      'Node',
      'NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling ' +
        'by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes ' +
        'responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod ' +
        'to be scheduled on a specific node. ' +
        'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename',
    ),
    wideColumn(
      'Nominated Node',
      'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled ' +
        'right away as preemption victims receive their graceful termination periods. This field does not ' +
        'guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if ' +
        'other nodes become available sooner. Scheduler may also decide to give the resources on this node to a ' +
        'higher priority pod that is created after preemption. As a result, this field may be different than ' +
        'PodSpec.nodeName when the pod is scheduled.',
    ),
    wideColumn(
      'Readiness Gates',
      'If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its ' +
        'containers are ready AND all conditions specified in the readiness gates have status equal to "True" More ' +
        'info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates',
    ),
  ],
  cells(pod, now) {
    const summary = summarizePod(pod);
    return [
      nameOf(pod),
      `${summary.ready}/${summary.total}`,
      summary.reason,
      restartsText(summary, now),
      age(pod.metadata.creationTimestamp, now),
      pod.status?.podIPs?.[0]?.ip || NONE,
      pod.spec?.nodeName || NONE,
      pod.status?.nominatedNodeName || NONE,
      readinessGatesText(pod),
    ];
  },
};

/** `3 (5m ago)`: how often, and when it was last. */
function restartsText({ restarts, lastRestart }: PodSummary, now: Date): string {
  return restarts !== 0 && lastRestart ? `${restarts} (${age(lastRestart, now)} ago)` : String(restarts);
}

/** `1/2`: how many of the gates' conditions are true. */
function readinessGatesText({ spec, status }: corev1.Pod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const isTrue = (wanted: string): boolean => status?.conditions?.find(({ type }) => type === wanted)?.status === 'True';
  return `${gates.filter(({ conditionType }) => isTrue(conditionType)).length}/${gates.length}`;
}
