import type { corev1 } from '@typekube/api';
import { formatTime } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { findCondition } from '../shared/conditions';
import { type Node, timeOf } from '../shared/objects';

export type NodeCondition = DeepReadonly<corev1.NodeCondition>;

/** What is remembered of a node: signs of life are told by their change, for clocks of machines differ. */
export interface NodeHealth {
  /** When this process last saw a sign of life. */
  readonly seenAt: number;
  readonly heartbeat: string;
  readonly renewal: string;
}

export interface HealthState {
  /** When the node's Lease was renewed last, as it says itself; empty where it has none. */
  readonly renewal: string;
  readonly previous: NodeHealth | undefined;
  readonly now: number;
  readonly graceMilliseconds: number;
  readonly startupGraceMilliseconds: number;
}

export interface HealthPlan {
  readonly health: NodeHealth;
  /** What the conditions must become, where the node has gone silent; undefined where they may stay. */
  readonly conditions?: readonly NodeCondition[];
}

const WATCHED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Whether a node still lives, by its status and its Lease; one that does not gets conditions `Unknown`. (tryUpdateNodeHealth) */
export function planHealth(node: Node, state: HealthState): HealthPlan {
  const { previous, now, renewal } = state;
  const ready = findCondition(node.status?.conditions, 'Ready');
  const heartbeat = ready?.lastHeartbeatTime ?? '';
  const firstSeen = ready ? now : timeOf(node.metadata.creationTimestamp);
  const isAlive = previous && (previous.heartbeat !== heartbeat || timeOf(renewal) > timeOf(previous.renewal));
  const seenAt = previous ? (isAlive ? now : previous.seenAt) : firstSeen;
  const health = { seenAt, heartbeat, renewal };
  const grace = ready ? state.graceMilliseconds : state.startupGraceMilliseconds;
  if (now <= seenAt + grace) return { health };
  const conditions = silentConditions(node, now);
  return conditions ? { health, conditions } : { health };
}

/** Undefined where the node says so already. */
function silentConditions({ metadata, status }: Node, now: number): NodeCondition[] | undefined {
  const time = formatTime(new Date(now));
  const known = status?.conditions ?? [];
  const changed = known.map((condition) => {
    if (!WATCHED.includes(condition.type) || condition.status === 'Unknown') return condition;
    const said = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
    return { ...condition, ...said, lastTransitionTime: time };
  });
  const missing = WATCHED.filter((type) => !findCondition(known, type)).map((type) => ({
    type,
    status: 'Unknown',
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
    ...(metadata.creationTimestamp && { lastHeartbeatTime: metadata.creationTimestamp }),
    lastTransitionTime: time,
  }));
  const isSame = missing.length === 0 && changed.every((condition, i) => condition === known[i]);
  return isSame ? undefined : [...changed, ...missing];
}
