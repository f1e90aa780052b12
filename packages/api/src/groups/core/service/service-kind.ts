import type { corev1 } from '../../../types';

/** What a service's type and policies make it need. Absent fields count as upstream's zero values. */

type Spec = corev1.ServiceSpec;

export function isHeadless({ clusterIPs }: Spec): boolean {
  return clusterIPs?.length === 1 && clusterIPs[0] === 'None';
}

/** All but ExternalName; `None` counts as a value. */
export function needsClusterIp({ type }: Spec): boolean {
  return type !== 'ExternalName';
}

export function needsNodePorts({ type }: Spec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

export function needsHealthCheckNodePort({ type, externalTrafficPolicy }: Spec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

export function isExternallyAccessible({ type, externalIPs }: Spec): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs ?? []).length > 0);
}
