import type { schedulingv1 } from '@typekube/api';
import type { SystemClient } from './system-client';

const PRIORITY_CLASSES = { group: 'scheduling.k8s.io', plural: 'priorityclasses' };

/** Above everything that users may choose. */
const SYSTEM_CRITICAL = 2_000_000_000;

/** Creates the priority classes of the system's own pods. */
export async function ensurePriorityClasses(client: SystemClient): Promise<void> {
  await Promise.all(SYSTEM_CLASSES.map((object) => client.ensure(PRIORITY_CLASSES, structuredClone(object))));
}

const SYSTEM_CLASSES: readonly schedulingv1.PriorityClass[] = [
  priorityClass(
    'system-node-critical',
    SYSTEM_CRITICAL + 1000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
  priorityClass(
    'system-cluster-critical',
    SYSTEM_CRITICAL,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
];

function priorityClass(name: string, value: number, description: string): schedulingv1.PriorityClass {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, description };
}
