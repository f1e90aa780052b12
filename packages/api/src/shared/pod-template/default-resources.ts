import { newMilliQuantity, parseQuantity } from '@typekube/apimachinery';
import type { corev1 } from '../../types';

/** Rounds amounts up to thousandths, as upstream does to stay compatible (SetDefaults_ResourceList). */
export function setResourceListDefaults(list: Record<string, string> | undefined): void {
  if (!list) return;
  for (const [name, amount] of Object.entries(list)) {
    const quantity = parseQuantity(amount);
    const rounded = newMilliQuantity(quantity.milliValue(), quantity.format);
    // Beyond 64 bits of thousandths there is nothing to round, and `milliValue` stops short.
    if (rounded.cmp(quantity) > 0) list[name] = rounded.toString();
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
