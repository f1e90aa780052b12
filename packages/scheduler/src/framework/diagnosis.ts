import { isRejected, type Status } from './status';
import type { NodeInfo } from '../cache/node-info';

/** Why each node was refused. Nodes that were not looked at one by one share one status. */
export class NodeStatuses {
  private readonly explicit = new Map<string, Status>();
  /** The status of every node that has none of its own. */
  absent: Status = { code: 'UnschedulableAndUnresolvable', reasons: [] };

  set(node: string, status: Status): void {
    this.explicit.set(node, status);
  }

  get(node: string): Status {
    return this.explicit.get(node) ?? this.absent;
  }

  get size(): number {
    return this.explicit.size;
  }

  entries(): IterableIterator<[string, Status]> {
    return this.explicit.entries();
  }

  /** Those of the nodes that have a status of this code. */
  nodesWith(code: Status['code'], nodes: readonly NodeInfo[]): NodeInfo[] {
    return nodes.filter((node) => this.get(node.name).code === code);
  }
}

/** What a failed scheduling cycle has learnt. */
export class Diagnosis {
  readonly nodeStatuses = new NodeStatuses();
  /** The plugins whose events may help. */
  readonly unschedulablePlugins = new Set<string>();
  /** The plugins that will act themselves. */
  readonly pendingPlugins = new Set<string>();
  preFilterMessage = '';
  postFilterMessage = '';

  /** Notes who refused. */
  addPlugin(status: Status | undefined): void {
    if (!isRejected(status) || !status.plugin) return;
    (status.code === 'Pending' ? this.pendingPlugins : this.unschedulablePlugins).add(status.plugin);
  }
}

/**
 * The text of a cycle in which no node fitted: `0/3 nodes are available: 1 Too many pods, 2 Insufficient cpu.` (FitError.Error)
 */
export function fitMessage(allNodes: number, diagnosis: Diagnosis): string {
  let message = `0/${allNodes} nodes are available:`;
  if (diagnosis.preFilterMessage) message += ` ${diagnosis.preFilterMessage}.`;
  else message += reasonsMessage(allNodes, diagnosis.nodeStatuses);
  return diagnosis.postFilterMessage ? `${message} ${diagnosis.postFilterMessage}` : message;
}

function reasonsMessage(allNodes: number, statuses: NodeStatuses): string {
  const counts = new Map<string, number>();
  const count = (reasons: readonly string[], times: number): void => {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + times);
  };
  for (const [, status] of statuses.entries()) count(status.reasons, 1);
  if (statuses.size < allNodes) count(statuses.absent.reasons, allNodes - statuses.size);
  const texts = [...counts].map(([reason, times]) => `${times} ${reason}`).sort();
  return texts.length ? ` ${texts.join(', ')}.` : '';
}
