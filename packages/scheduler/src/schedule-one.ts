import type { NodeInfo } from './cache/node-info';
import type { Snapshot } from './cache/snapshot';
import type { CycleState } from './framework/cycle-state';
import { Diagnosis } from './framework/diagnosis';
import type { Framework, PreFilterResult } from './framework/framework';
import type { Pod } from './framework/objects';
import { failed, isRejected, isSuccess, type Status, statusMessage, unresolvable } from './framework/status';

/** Of fewer nodes all are looked at, and no fewer are looked for. */
const MIN_FEASIBLE_NODES = 100;
const MIN_FEASIBLE_PERCENTAGE = 5;

export type ScheduleResult =
  | { readonly outcome: 'scheduled'; readonly nodeName: string; readonly evaluatedNodes: number; readonly feasibleNodes: number }
  /** No node fits; why is in the diagnosis. */
  | { readonly outcome: 'unschedulable'; readonly allNodes: number; readonly diagnosis: Diagnosis }
  | { readonly outcome: 'noNodes' }
  /** Something is broken. */
  | { readonly outcome: 'error'; readonly status: Status };

export interface SchedulerOptions {
  /**
   * How many of the nodes to look for that fit, in percent; 0 adapts to their number: 50 % less one for 125 nodes, at least 5
   * %.
   */
  readonly percentageOfNodesToScore?: number;
  /** A number from 0 to less than 1, for choosing among equally good nodes. */
  readonly random?: () => number;
}

/** Finds the node for one pod after the other; goes on each time with the nodes it has not looked at yet. */
export class NodeChooser {
  private nextStart = 0;
  private readonly percentage: number;
  private readonly random: () => number;

  constructor({ percentageOfNodesToScore = 0, random = Math.random }: SchedulerOptions = {}) {
    this.percentage = percentageOfNodesToScore;
    this.random = random;
  }

  /** Filters and scores the snapshot's nodes for the pod. Changes nothing but the plugins' notes in `state`. */
  choose(framework: Framework, state: CycleState, pod: Pod, snapshot: Snapshot): ScheduleResult {
    const allNodes = snapshot.nodes.length;
    if (!allNodes) return { outcome: 'noNodes' };
    const diagnosis = new Diagnosis();
    const found = this.findFeasible({ framework, state, pod, snapshot, diagnosis });
    if (!Array.isArray(found)) return { outcome: 'error', status: found };
    const [first] = found;
    if (!first) return { outcome: 'unschedulable', allNodes, diagnosis };
    const evaluatedNodes = found.length + diagnosis.nodeStatuses.size;
    const choice = found.length === 1 ? { node: first } : this.best(framework, state, pod, found);
    if (!choice.node) return { outcome: 'error', status: choice.status };
    return { outcome: 'scheduled', nodeName: choice.node.name, evaluatedNodes, feasibleNodes: found.length };
  }

  private findFeasible(cycle: Cycle): NodeInfo[] | Status {
    const { framework, state, pod, snapshot, diagnosis } = cycle;
    const result = framework.preFilter(state, pod, snapshot.nodes);
    for (const plugin of result.narrowedBy) diagnosis.unschedulablePlugins.add(plugin);
    if (result.status && !isSuccess(result.status)) {
      if (!isRejected(result.status)) return result.status;
      diagnosis.nodeStatuses.absent = result.status;
      diagnosis.preFilterMessage = statusMessage(result.status);
      diagnosis.addPlugin(result.status);
      return [];
    }
    const nominated = pod.status?.nominatedNodeName;
    if (nominated) {
      const feasible = this.evaluateNominated(cycle, nominated, result);
      if (feasible) return feasible;
    }
    const nodes = this.candidates(cycle, result);
    return framework.timed('Filter', () => ({ result: this.findPassing(cycle, nodes) }));
  }

  /** The nominated node alone, where it fits: its victims were taken away for this pod. */
  private evaluateNominated(
    { framework, state, pod, snapshot, diagnosis }: Cycle,
    name: string,
    { nodeNames }: PreFilterResult,
  ): NodeInfo[] | undefined {
    const node = snapshot.get(name);
    if (!node || (nodeNames && !nodeNames.has(name))) return undefined;
    const status = framework.filterWithNominated(state, pod, node);
    if (isSuccess(status)) return [node];
    diagnosis.addPlugin(status);
    return undefined;
  }

  private candidates({ snapshot, diagnosis }: Cycle, { nodeNames, narrowedBy }: PreFilterResult): readonly NodeInfo[] {
    if (!nodeNames) return snapshot.nodes;
    diagnosis.nodeStatuses.absent = unresolvable(`node(s) didn't satisfy plugin(s) [${[...narrowedBy].sort().join(' ')}]`);
    return [...nodeNames].flatMap((name) => snapshot.get(name) ?? []);
  }

  private findPassing({ framework, state, pod, snapshot, diagnosis }: Cycle, nodes: readonly NodeInfo[]): NodeInfo[] | Status {
    const wanted = framework.hasScoring ? this.nodesToFind(framework, nodes.length) : 1;
    const feasible: NodeInfo[] = [];
    const isAll = nodes === snapshot.nodes;
    for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
      const node = nodes[isAll ? (this.nextStart + i) % nodes.length : i];
      if (!node) continue;
      const status = framework.filterWithNominated(state, pod, node);
      if (!status) feasible.push(node);
      else if (status.code === 'Error') return status;
      else {
        diagnosis.nodeStatuses.set(node.name, status);
        diagnosis.addPlugin(status);
      }
    }
    const processed = feasible.length + diagnosis.nodeStatuses.size;
    this.nextStart = (this.nextStart + processed) % snapshot.nodes.length;
    return feasible;
  }

  private nodesToFind(framework: Framework, allNodes: number): number {
    if (allNodes < MIN_FEASIBLE_NODES) return allNodes;
    const configured = framework.percentageOfNodesToScore ?? this.percentage;
    const percentage = configured || Math.max(50 - Math.trunc(allNodes / 125), MIN_FEASIBLE_PERCENTAGE);
    return Math.max(Math.trunc((allNodes * percentage) / 100), MIN_FEASIBLE_NODES);
  }

  private best(framework: Framework, state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): Choice {
    const status = framework.preScore(state, pod, nodes);
    if (status) return { status };
    try {
      return { node: this.highest(nodes, framework.score(state, pod, nodes)) };
    } catch (error) {
      return { status: failed(error) };
    }
  }

  /** The node with the highest score; among equal ones each is as likely as the others. Throws where there is no node. */
  private highest(nodes: readonly NodeInfo[], scores: Float64Array): NodeInfo {
    let best: NodeInfo | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    let equals = 0;
    nodes.forEach((node, i) => {
      const score = scores[i] ?? 0;
      if (score > bestScore) [best, bestScore, equals] = [node, score, 1];
      else if (score === bestScore && Math.trunc(this.random() * ++equals) === 0) best = node;
    });
    if (best) return best;
    throw new Error('empty priorityList');
  }
}

type Choice = { readonly node: NodeInfo } | { readonly node?: undefined; readonly status: Status };

interface Cycle {
  readonly framework: Framework;
  readonly state: CycleState;
  readonly pod: Pod;
  readonly snapshot: Snapshot;
  readonly diagnosis: Diagnosis;
}
