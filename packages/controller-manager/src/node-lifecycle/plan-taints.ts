import type { corev1 } from '@typekube/api';
import { formatTime } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { findCondition } from '../shared/conditions';
import type { Node } from '../shared/objects';

export type Taint = DeepReadonly<corev1.Taint>;

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Which taint a condition of which status asks for. */
const BY_CONDITION: readonly { readonly type: string; readonly status: string; readonly key: string }[] = [
  { type: 'Ready', status: 'False', key: NOT_READY },
  { type: 'Ready', status: 'Unknown', key: UNREACHABLE },
  { type: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { type: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { type: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
  { type: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
];
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const OWN_KEYS = new Set([...BY_CONDITION.map(({ key }) => key), UNSCHEDULABLE]);

/**
 * The taints that a node's conditions ask for; others stay as they are. With `evict` false no node gets a `NoExecute` taint
 * and those there are go: where no node at all is ready, the fault is more likely with us. Undefined where nothing changes.
 */
export function planTaints(node: Node, { evict, now }: { readonly evict: boolean; readonly now: number }): Taint[] | undefined {
  return replaceOwn(node, { wanted: [...noScheduleTaints(node), ...(evict ? noExecuteTaints(node) : [])], isOwn, now });
}

/** Of those only the ones that keep new pods away: they follow the conditions at once, whatever the other nodes are. */
export function planNoScheduleTaints(node: Node, now: number): Taint[] | undefined {
  return replaceOwn(node, { wanted: noScheduleTaints(node), isOwn: (taint) => taint.effect === 'NoSchedule' && isOwn(taint), now });
}

interface Replacement {
  readonly wanted: readonly Taint[];
  readonly isOwn: (taint: Taint) => boolean;
  readonly now: number;
}

function replaceOwn(node: Node, { wanted, isOwn: isReplaced, now }: Replacement): Taint[] | undefined {
  const current = node.spec?.taints ?? [];
  const kept = current.filter((taint) => !isReplaced(taint) || wanted.some((other) => isSame(taint, other)));
  const added = wanted.filter((taint) => !current.some((other) => isSame(taint, other)));
  if (kept.length === current.length && added.length === 0) return undefined;
  const timeAdded = formatTime(new Date(now));
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded }))];
}

/** Whether at least one node is ready; or there is none. */
export function mayEvict(nodes: readonly Node[]): boolean {
  return nodes.length === 0 || nodes.some((node) => readyStatus(node) === 'True');
}

export function readyStatus({ status }: Node): string {
  return findCondition(status?.conditions, 'Ready')?.status ?? 'Unknown';
}

function noScheduleTaints(node: Node): Taint[] {
  const statusOf = (type: string): string | undefined => findCondition(node.status?.conditions, type)?.status;
  const keys = BY_CONDITION.filter(({ type, status }) => statusOf(type) === status).map(({ key }) => key);
  const all = node.spec?.unschedulable ? [...keys, UNSCHEDULABLE] : keys;
  return all.map((key) => ({ key, effect: 'NoSchedule' }));
}

function noExecuteTaints(node: Node): Taint[] {
  const ready = findCondition(node.status?.conditions, 'Ready');
  if (ready?.status === 'False') return [{ key: NOT_READY, effect: 'NoExecute' }];
  return ready?.status === 'Unknown' ? [{ key: UNREACHABLE, effect: 'NoExecute' }] : [];
}

function isOwn({ key, effect }: Taint): boolean {
  if (effect === 'NoExecute') return key === NOT_READY || key === UNREACHABLE;
  return effect === 'NoSchedule' && OWN_KEYS.has(key);
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}
