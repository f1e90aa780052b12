import { parseQuantity } from '@typekube/apimachinery';
import type { corev1 } from '../../types';

const MILLI_SCALE = -3;

/** Rounds amounts up to thousandths, as upstream does to stay compatible (SetDefaults_ResourceList). */
export function setResourceListDefaults(list: Record<string, string> | undefined): void {
  if (!list) return;
  for (const [name, amount] of Object.entries(list)) {
    const quantity = parseQuantity(amount);
    const rounded = quantity.roundUp(MILLI_SCALE);
    if (rounded.compare(quantity) !== 0) list[name] = rounded.toString();
  }
}

export function setResourceDefaults(resources: corev1.ResourceRequirements | undefined): void {
  setResourceListDefaults(resources?.limits);
  setResourceListDefaults(resources?.requests);
}

/** A limit without a request is the request too. Only pods get this, templates do not. */
export function setRequestsFromLimits(resources: corev1.ResourceRequirements | undefined): void {
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}
