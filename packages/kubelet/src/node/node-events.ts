import type { corev1 } from '@typekube/api';

export interface NodeEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

type Conditions = readonly Pick<corev1.NodeCondition, 'type' | 'status'>[];

/** What is said of a condition that has become True, and of one that has become anything else. */
const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
  Ready: ['NodeReady', 'NodeNotReady'],
};

/** What changed from one status to the next, in upstream's words. That a node is ready is told only where it was not so before; the rest of a new node too. */
export function conditionEvents(name: string, before: Conditions, after: Conditions): NodeEvent[] {
  return after.flatMap(({ type, status }): NodeEvent[] => {
    const reasons = REASONS[type];
    const old = before.find((condition) => condition.type === type)?.status;
    if (!reasons || old === status || (type === 'Ready' && old === undefined)) return [];
    const reason = status === 'True' ? reasons[0] : reasons[1];
    return [{ type: 'Normal', reason, message: `Node ${name} status is now: ${reason}` }];
  });
}

interface Booted {
  readonly nodeInfo?: Pick<corev1.NodeSystemInfo, 'bootID'>;
}

/** The machine was started anew since the status was written. */
export function rebootEvents(name: string, before: Booted | undefined, after: Booted): NodeEvent[] {
  const [old, bootID] = [before?.nodeInfo?.bootID, after.nodeInfo?.bootID];
  if (!old || old === bootID) return [];
  return [{ type: 'Warning', reason: 'Rebooted', message: `Node ${name} has been rebooted, boot id: ${bootID}` }];
}

/** Pods may come to the node no more, or again (`kubectl cordon`, `uncordon`). */
export function schedulableEvents(name: string, wasUnschedulable: boolean, isUnschedulable: boolean): NodeEvent[] {
  if (wasUnschedulable === isUnschedulable) return [];
  const reason = isUnschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable';
  return [{ type: 'Normal', reason, message: `Node ${name} status is now: ${reason}` }];
}
