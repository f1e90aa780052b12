import { hasReason } from '@typekube/apimachinery';
import type { NodeInfo } from '../cache/node-info';
import type { CycleState } from '../framework/cycle-state';
import { Diagnosis, fitMessage, type NodeStatuses } from '../framework/diagnosis';
import { ActionType, type EventToRegister } from '../framework/events';
import type { PluginHandle } from '../framework/handle';
import { type Pod, podKey, podPriority, specOf, uidOf } from '../framework/objects';
import type { Plugin, PostFilterOutcome } from '../framework/plugin';
import { type Status, unresolvable, unschedulable } from '../framework/status';
import { type Candidate, chooseCandidate } from '../preemption/choose';
import { isVictims, selectVictims } from '../preemption/victims';

export interface DefaultPreemptionArgs {
  /** How many nodes to try at least, in percent of those where it may help. */
  readonly minCandidateNodesPercentage: number;
  /** How many nodes to try at least. */
  readonly minCandidateNodesAbsolute: number;
}

/** Upstream's defaults. */
export const DEFAULT_PREEMPTION_ARGS: DefaultPreemptionArgs = { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 };

/** Makes room for a pod that fits nowhere by taking pods of lower priority away from one node, where that is enough. */
export class DefaultPreemption implements Plugin {
  readonly name = 'DefaultPreemption';

  constructor(
    private readonly handle: PluginHandle,
    private readonly args: DefaultPreemptionArgs = DEFAULT_PREEMPTION_ARGS,
  ) {}

  eventsToRegister(): readonly EventToRegister[] {
    return [{ resource: 'AssignedPod', action: ActionType.Delete }];
  }

  /** Decides before it first waits, on the nodes of the cycle; only then takes victims away. */
  async postFilter(state: CycleState, pod: Pod, statuses: NodeStatuses): Promise<PostFilterOutcome> {
    const problem = this.ineligibility(pod, statuses);
    if (problem) return { status: unschedulable(`preemption: ${problem}`) };
    const { candidates, refusals } = this.tryNodes(state, pod, statuses);
    const chosen = chooseCandidate(candidates);
    if (!chosen) return { nominatedNodeName: '', status: unschedulable(`preemption: ${this.uselessMessage(refusals)}`) };
    this.handle.observePreemption(chosen.victims.pods.length);
    const lower = this.lowerNominated(pod, chosen.nodeName);
    await Promise.all(chosen.victims.pods.map((victim) => this.preempt(pod, victim, chosen.nodeName)));
    await Promise.all(lower.map((other) => this.handle.writer.patchStatus(other, { nominatedNodeName: '' })));
    return { nominatedNodeName: chosen.nodeName, status: { code: 'Success', reasons: [] } };
  }

  /** Why the pod may not take others away at all. (PodEligibleToPreemptOthers) */
  private ineligibility(pod: Pod, statuses: NodeStatuses): string | undefined {
    if (specOf(pod).preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
    const nominated = pod.status?.nominatedNodeName;
    if (!nominated || statuses.get(nominated).code === 'UnschedulableAndUnresolvable') return undefined;
    const isWaiting = this.handle
      .snapshot()
      .get(nominated)
      ?.pods.some((other) => isBeingPreempted(other.pod) && podPriority(other.pod) < podPriority(pod));
    return isWaiting ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
  }

  private tryNodes(
    state: CycleState,
    pod: Pod,
    statuses: NodeStatuses,
  ): { candidates: Candidate[]; refusals: Map<string, Status> } {
    const nodes = statuses.nodesWith('Unschedulable', this.handle.snapshot().nodes);
    const wanted = Math.max(
      Math.trunc((nodes.length * this.args.minCandidateNodesPercentage) / 100),
      this.args.minCandidateNodesAbsolute,
    );
    const offset = Math.trunc(this.handle.random() * nodes.length);
    const framework = this.handle.framework();
    const budgets = this.handle.cluster.podDisruptionBudgets();
    const candidates: Candidate[] = [];
    const refusals = new Map<string, Status>();
    for (const node of rotated(nodes, offset)) {
      const outcome = selectVictims({ framework, state, pod, node, budgets });
      if (isVictims(outcome)) candidates.push({ nodeName: node.name, victims: outcome });
      else refusals.set(node.name, outcome);
      const isHarmless = candidates.some(({ victims }) => victims.violations === 0);
      if (isHarmless && candidates.length >= wanted) break;
    }
    return { candidates, refusals };
  }

  private uselessMessage(refusals: ReadonlyMap<string, Status>): string {
    const diagnosis = new Diagnosis();
    diagnosis.nodeStatuses.absent = unresolvable('Preemption is not helpful for scheduling');
    for (const [node, status] of refusals) diagnosis.nodeStatuses.set(node, status);
    return fitMessage(this.handle.snapshot().nodes.length, diagnosis);
  }

  /** Pods of lower priority that hope for the same node: they must look for another. */
  private lowerNominated(pod: Pod, nodeName: string): Pod[] {
    return this.handle.nominator.nominatedPods(nodeName).filter((other) => podPriority(other) < podPriority(pod));
  }

  private async preempt(preemptor: Pod, victim: Pod, nodeName: string): Promise<void> {
    const waiting = this.handle.waitingPods.get(uidOf(victim));
    if (waiting) waiting.reject(this.name, 'preempted');
    else await this.evict(preemptor, victim);
    const note = `Preempted by pod ${uidOf(preemptor)} on node ${nodeName}`;
    this.handle.writer.event(this.handle.framework().profile, victim, {
      type: 'Normal',
      reason: 'Preempted',
      action: 'Preempting',
      note,
    });
  }

  private async evict(preemptor: Pod, victim: Pod): Promise<void> {
    const { writer, log } = this.handle;
    const message = `${specOf(preemptor).schedulerName || 'default-scheduler'}: preempting to accommodate a higher priority pod`;
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message };
    try {
      await writer.patchStatus(victim, { condition });
      await writer.deletePod(victim);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
      log.v(2)?.info('Victim Pod is already deleted', { preemptor: podKey(preemptor), victim: podKey(victim) });
    }
  }
}

function isBeingPreempted({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  return (
    status?.conditions?.some(
      ({ type, status: value, reason }) => type === 'DisruptionTarget' && value === 'True' && reason === 'PreemptionByScheduler',
    ) ?? false
  );
}

function rotated(nodes: readonly NodeInfo[], offset: number): NodeInfo[] {
  return [...nodes.slice(offset), ...nodes.slice(0, offset)];
}
