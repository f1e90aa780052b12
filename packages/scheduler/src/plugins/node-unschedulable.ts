import { tolerates } from '@typekube/apimachinery';
import type { NodeInfo } from '../cache/node-info';
import type { CycleState } from '../framework/cycle-state';
import { ActionType, type ClusterChange, type EventToRegister, type QueueingHint } from '../framework/events';
import { type Pod, specOf, type Taint } from '../framework/objects';
import type { Plugin } from '../framework/plugin';
import { type Status, unresolvable } from '../framework/status';

const UNSCHEDULABLE = unresolvable('node(s) were unschedulable');
const UNSCHEDULABLE_TAINT: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** A cordoned node takes only pods that tolerate the taint which says so. */
export class NodeUnschedulable implements Plugin {
  readonly name = 'NodeUnschedulable';

  eventsToRegister(): readonly EventToRegister[] {
    return [
      { resource: 'Node', action: ActionType.Add | ActionType.UpdateNodeTaint, hint: hintForNode },
      { resource: 'TargetPod', action: ActionType.UpdatePodToleration, hint: hintForPod },
    ];
  }

  filter(_state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
    return node.isUnschedulable && !toleratesCordon(pod) ? UNSCHEDULABLE : undefined;
  }
}

function hintForNode(_pod: Pod, { oldNode, newNode }: ClusterChange): QueueingHint {
  const isOpen = newNode !== undefined && !newNode.spec?.unschedulable;
  return isOpen && (!oldNode || oldNode.spec?.unschedulable === true) ? 'Queue' : 'Skip';
}

function hintForPod(_pod: Pod, { newPod }: ClusterChange): QueueingHint {
  return newPod && toleratesCordon(newPod) ? 'Queue' : 'Skip';
}

function toleratesCordon(pod: Pod): boolean {
  return specOf(pod).tolerations?.some((toleration) => tolerates(toleration, UNSCHEDULABLE_TAINT)) ?? false;
}
