import type { corev1 } from '../../../types';

/** `allocatable` is all of `capacity` unless said; `podCIDR` is the first of `podCIDRs`, and wins where they differ. */
export function setDefaults(node: corev1.Node): void {
  if (node.status?.capacity && !node.status.allocatable) node.status.allocatable = { ...node.status.capacity };
  if (node.spec) syncPodCidrs(node.spec);
}

function syncPodCidrs(spec: corev1.NodeSpec): void {
  if (spec.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR];
  if (spec.podCIDRs?.[0] !== undefined) spec.podCIDR = spec.podCIDRs[0];
}
