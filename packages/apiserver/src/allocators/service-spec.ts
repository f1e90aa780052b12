import type { KubeObject } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';

export const SERVICES = { group: '', plural: 'services' };
export const SERVICE_KIND = { group: '', kind: 'Service' };

/** The spec of a service, made where there is none; what is changed in it is changed in the service. */
export function specOf(service: KubeObject & { spec?: corev1.ServiceSpec }): corev1.ServiceSpec {
  return (service.spec ??= {});
}

/** Whether a service has no cluster IP by its own wish. */
export function isHeadless({ clusterIPs, clusterIP }: corev1.ServiceSpec): boolean {
  return (clusterIPs?.[0] ?? clusterIP) === 'None';
}

export function wantsNodePorts({ type }: corev1.ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** Load balancers that must know which nodes have endpoints ask a port of each node. */
export function needsHealthCheck({ type, externalTrafficPolicy }: corev1.ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** Whether ports that name no node port get one. */
export function getsNodePorts({ type, allocateLoadBalancerNodePorts }: corev1.ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** The node ports that the ports of a service name, in their order. */
export function nodePortsOf({ ports }: corev1.ServiceSpec): number[] {
  return (ports ?? []).flatMap(({ nodePort }) => nodePort || []);
}
