import { findUntolerated, SCHEDULING_EFFECTS, tolerates } from '@typekube/apimachinery';
import type { NodeInfo } from '../cache/node-info';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type ClusterChange, type EventToRegister, type QueueingHint } from '../framework/events';
import { type Pod, specOf, type Toleration } from '../framework/objects';
import type { NodeScore, Plugin } from '../framework/plugin';
import { normalizeByHighest } from '../framework/run-scores';
import { type Status, unresolvable } from '../framework/status';

const UNTOLERATED = unresolvable('node(s) had untolerated taint(s)');
const PREFER_NO_SCHEDULE = 'PreferNoSchedule';
const tolerationsOfCycle = new StateKey<readonly Toleration[]>('PreScoreTaintToleration');

/**
 * Keeps pods from nodes with taints that they do not tolerate, and prefers nodes with fewer taints of effect PreferNoSchedule.
 */
export class TaintToleration implements Plugin {
  readonly name = 'TaintToleration';

  eventsToRegister(): readonly EventToRegister[] {
    return [
      { resource: 'Node', action: ActionType.Add | ActionType.UpdateNodeTaint, hint: hintForNode },
      { resource: 'TargetPod', action: ActionType.UpdatePodToleration },
    ];
  }

  filter(_state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
    if (!node.taints.length) return undefined;
    return findUntolerated(node.taints, specOf(pod).tolerations ?? [], SCHEDULING_EFFECTS) ? UNTOLERATED : undefined;
  }

  preScore(state: CycleState, pod: Pod): Status | undefined {
    const tolerations = specOf(pod).tolerations ?? [];
    tolerationsOfCycle.write(
      state,
      tolerations.filter(({ effect }) => !effect || effect === PREFER_NO_SCHEDULE),
    );
    return undefined;
  }

  score(state: CycleState, _pod: Pod, node: NodeInfo): number {
    if (!node.taints.length) return 0;
    const tolerations = tolerationsOfCycle.read(state);
    const intolerable = node.taints.filter(
      (taint) => taint.effect === PREFER_NO_SCHEDULE && !tolerations.some((toleration) => tolerates(toleration, taint)),
    );
    return intolerable.length;
  }

  normalizeScores(_state: CycleState, _pod: Pod, scores: readonly NodeScore[]): void {
    normalizeByHighest(scores, true);
  }
}

function hintForNode(pod: Pod, { oldNode, newNode }: ClusterChange): QueueingHint {
  const isOpen = (taints = newNode?.spec?.taints ?? []): boolean =>
    !findUntolerated(taints, specOf(pod).tolerations ?? [], SCHEDULING_EFFECTS);
  const wasOpen = oldNode !== undefined && isOpen(oldNode.spec?.taints ?? []);
  return isOpen() && !wasOpen ? 'Queue' : 'Skip';
}
