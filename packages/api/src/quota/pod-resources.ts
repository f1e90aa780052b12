import type { corev1 } from '../types';
import { isPodLevelResource, isRestartableInitContainer } from '../shared/pod-template/pod-requests';
import { addAmounts, type Amounts, filterAmounts, maskAmounts, maxAmounts, NO_AMOUNTS, parseAmounts } from './amounts';

/**
 * What a pod requests in all (resourcehelper.PodRequests): of its containers and overhead, and where it is being resized the most that it may
 * hold meanwhile.
 */
export function podRequests({ spec, status }: Pick<corev1.Pod, 'spec' | 'status'>): Amounts {
  if (!spec) return NO_AMOUNTS;
  const held = heldAmounts(status);
  const ofContainers = aggregate(spec, (container) => {
    const wanted = parseAmounts(container.resources?.requests);
    const present = held.get(container.name);
    if (!present) return wanted;
    return isResizeInfeasible(status) ? present : maxAmounts(wanted, present);
  });
  return addAmounts(withPodLevel(ofContainers, spec.resources?.requests), parseAmounts(spec.overhead));
}

/** What a pod is limited to in all (resourcehelper.PodLimits). Overhead counts only where there is a limit. */
export function podLimits({ spec }: Pick<corev1.Pod, 'spec'>): Amounts {
  if (!spec) return NO_AMOUNTS;
  const limits = withPodLevel(aggregate(spec, ({ resources }) => parseAmounts(resources?.limits)), spec.resources?.limits);
  return addAmounts(limits, maskAmounts(parseAmounts(spec.overhead), limits.keys()));
}

/** Amounts of the pod as a whole go before those of its containers. */
function withPodLevel(amounts: Amounts, ofPod: Record<string, string> | undefined): Amounts {
  if (!ofPod) return amounts;
  const whole = filterAmounts(parseAmounts(ofPod), (_amount, name) => isPodLevelResource(name));
  return new Map([...amounts, ...whole]);
}

/** The sum of what runs together, or what an init container takes beside the sidecars before it, whichever is more. */
function aggregate(spec: corev1.PodSpec, amountsOf: (container: corev1.Container) => Amounts): Amounts {
  let running = NO_AMOUNTS;
  for (const container of spec.containers ?? []) running = addAmounts(running, amountsOf(container));
  let [sidecars, starting] = [NO_AMOUNTS, NO_AMOUNTS];
  for (const container of spec.initContainers ?? []) {
    const amounts = amountsOf(container);
    if (isRestartableInitContainer(container)) {
      running = addAmounts(running, amounts);
      sidecars = addAmounts(sidecars, amounts);
      starting = maxAmounts(starting, sidecars);
    } else {
      starting = maxAmounts(starting, addAmounts(sidecars, amounts));
    }
  }
  return maxAmounts(running, starting);
}

/** By container: what it has, or is promised, on its node. */
function heldAmounts(status: corev1.PodStatus | undefined): Map<string, Amounts> {
  const held = new Map<string, Amounts>();
  for (const { name, resources, allocatedResources } of [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]) {
    if (resources ?? allocatedResources) {
      held.set(name, maxAmounts(parseAmounts(resources?.requests), parseAmounts(allocatedResources)));
    }
  }
  return held;
}

function isResizeInfeasible(status: corev1.PodStatus | undefined): boolean {
  return Boolean(status?.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible'));
}
