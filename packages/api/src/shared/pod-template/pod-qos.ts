import { parseQuantity, type Quantity } from '@typekube/apimachinery';
import type { corev1 } from '../../types';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COMPUTE = ['cpu', 'memory'] as const;

/**
 * How the node treats the pod when resources run short (ComputePodQOS): guaranteed where every container limits what it
 * requests of cpu and memory, best effort where none asks for any. Resources of the pod as a whole go before those of its containers.
 */
export function computePodQos(spec: corev1.PodSpec): QosClass {
  const holders = hasAmounts(spec.resources) ? [spec.resources] : containerResources(spec);
  const requests = sumOf(holders, 'requests');
  const limits = sumOf(holders, 'limits');
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const allLimited = holders.every((resources) => COMPUTE.every((name) => isPositive(resources?.limits?.[name])));
  const equal = requests.size === limits.size && [...requests].every(([name, amount]) => limits.get(name)?.equals(amount));
  return allLimited && equal ? 'Guaranteed' : 'Burstable';
}

function containerResources(spec: corev1.PodSpec): (corev1.ResourceRequirements | undefined)[] {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ resources }) => resources);
}

function hasAmounts(resources: corev1.ResourceRequirements | undefined): boolean {
  return Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0;
}

function isPositive(amount: string | undefined): boolean {
  return amount !== undefined && parseQuantity(amount).sign > 0;
}

function sumOf(
  holders: readonly (corev1.ResourceRequirements | undefined)[],
  field: 'requests' | 'limits',
): Map<string, Quantity> {
  const sum = new Map<string, Quantity>();
  for (const holder of holders) {
    for (const name of COMPUTE) {
      const amount = holder?.[field]?.[name];
      if (amount === undefined || !isPositive(amount)) continue;
      const quantity = parseQuantity(amount);
      sum.set(name, sum.get(name)?.add(quantity) ?? quantity);
    }
  }
  return sum;
}
