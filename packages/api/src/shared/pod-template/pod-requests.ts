import { parseQuantity } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isHugePageResourceName } from '../resources/resource-names';

type Amounts = Record<string, string>;

/** A resource that can be given to a pod as a whole. */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePageResourceName(name);
}

/** An init container that runs along with the others: a sidecar. */
export function isRestartableInitContainer(container: corev1.Container): boolean {
  return container.restartPolicy === 'Always';
}

/**
 * What the containers of a pod request together (AggregateContainerRequests): the sum of those that run together, or what an init
 * container takes while it runs beside the sidecars started before it, whichever is more.
 */
export function aggregateContainerRequests(spec: Partial<corev1.PodSpec>): Amounts {
  let running: Amounts = {};
  for (const container of spec.containers ?? []) running = combine(running, container.resources?.requests, add);
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const requests = container.resources?.requests;
    if (isRestartableInitContainer(container)) {
      running = combine(running, requests, add);
      sidecars = combine(sidecars, requests, add);
      starting = combine(starting, sidecars, max);
    } else {
      starting = combine(starting, combine(sidecars, requests, add), max);
    }
  }
  return combine(running, starting, max);
}

function combine(a: Amounts, b: Amounts | undefined, join: (a: string, b: string) => string): Amounts {
  const sum = { ...a };
  for (const [name, amount] of Object.entries(b ?? {})) {
    const other = sum[name];
    sum[name] = other === undefined ? amount : join(other, amount);
  }
  return sum;
}

function add(a: string, b: string): string {
  return parseQuantity(a).add(parseQuantity(b)).toString();
}

function max(a: string, b: string): string {
  return parseQuantity(a).cmp(parseQuantity(b)) >= 0 ? a : b;
}
