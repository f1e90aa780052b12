import { isDeepStrictEqual } from 'node:util';
import { podRequests } from '../cache/pod-requests';
import { getAmount, type Resources } from '../cache/resources';
import { ActionType, type ClusterChange, type EventResource } from '../framework/events';
import { type Node, type Pod, specOf } from '../framework/objects';

type PodResource = Extract<EventResource, 'AssignedPod' | 'UnscheduledPod' | 'TargetPod'>;

interface Kind {
  readonly action: number;
  readonly label: string;
}

/** What an update of a pod has changed that matters to scheduling; one change for each. (PodSchedulingPropertiesChange) */
export function podChanges(oldPod: Pod, newPod: Pod, resource: PodResource): ClusterChange[] {
  const kinds = podChangeKinds(oldPod, newPod);
  const found = kinds.length ? kinds : [{ action: ActionType.UpdateOther, label: 'Update' }];
  return found.map(({ action, label }) => ({ event: { resource, action, label: `${resource}${label}` }, oldPod, newPod }));
}

/** What an update of a node has changed that matters; nothing if nothing does. (NodeSchedulingPropertiesChange) */
export function nodeChanges(oldNode: Node, newNode: Node): ClusterChange[] {
  return nodeChangeKinds(oldNode, newNode).map(({ action, label }) => ({
    event: { resource: 'Node', action, label: `Node${label}` },
    oldNode,
    newNode,
  }));
}

function podChangeKinds(before: Pod, after: Pod): Kind[] {
  const kinds: Kind[] = [];
  if (!isDeepStrictEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {})) {
    kinds.push({ action: ActionType.UpdatePodLabel, label: 'UpdatePodLabel' });
  }
  kinds.push(...scaleKinds(before, after));
  const [oldSpec, newSpec] = [specOf(before), specOf(after)];
  if ((oldSpec.tolerations?.length ?? 0) !== (newSpec.tolerations?.length ?? 0)) {
    kinds.push({ action: ActionType.UpdatePodToleration, label: 'UpdatePodToleration' });
  }
  if (oldSpec.schedulingGates?.length && !newSpec.schedulingGates?.length) {
    kinds.push({ action: ActionType.UpdatePodSchedulingGatesEliminated, label: 'UpdatePodSchedulingGatesEliminated' });
  }
  return kinds;
}

function scaleKinds(before: Pod, after: Pod): Kind[] {
  const [oldRequests, newRequests] = [podRequests(before), podRequests(after)];
  const kinds: Kind[] = [];
  if (anyLess(newRequests, oldRequests)) kinds.push({ action: ActionType.UpdatePodScaleDown, label: 'UpdatePodScaleDown' });
  if (anyLess(oldRequests, newRequests)) kinds.push({ action: ActionType.UpdatePodScaleUp, label: 'UpdatePodScaleUp' });
  return kinds;
}

function anyLess(less: Resources, more: Resources): boolean {
  const names = ['cpu', 'memory', 'ephemeral-storage', ...more.scalars.keys()];
  return names.some((name) => getAmount(less, name) < getAmount(more, name));
}

function nodeChangeKinds(before: Node, after: Node): Kind[] {
  const differs = (read: (node: Node) => unknown): boolean => !isDeepStrictEqual(read(before), read(after));
  const kinds: Kind[] = [];
  if (differs((node) => node.status?.allocatable))
    kinds.push({ action: ActionType.UpdateNodeAllocatable, label: 'UpdateNodeAllocatable' });
  if (differs((node) => node.metadata.labels)) kinds.push({ action: ActionType.UpdateNodeLabel, label: 'UpdateNodeLabel' });
  if (differs((node) => node.spec?.taints) || differs((node) => node.spec?.unschedulable ?? false)) {
    kinds.push({ action: ActionType.UpdateNodeTaint, label: 'UpdateNodeTaint' });
  }
  if (differs(conditionStatuses)) kinds.push({ action: ActionType.UpdateNodeCondition, label: 'UpdateNodeCondition' });
  if (differs((node) => node.metadata.annotations))
    kinds.push({ action: ActionType.UpdateNodeAnnotation, label: 'UpdateNodeAnnotation' });
  return kinds;
}

function conditionStatuses(node: Node): Record<string, string> {
  return Object.fromEntries((node.status?.conditions ?? []).map(({ type, status }) => [type, status]));
}
