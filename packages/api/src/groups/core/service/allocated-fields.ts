import { semanticEqual } from '../../../shared/fields/semantic-equal';
import type { corev1 } from '../../../types';
import { isExternallyAccessible, needsClusterIp, needsHealthCheckNodePort, needsNodePorts } from './service-kind';

/**
 * The fields of a service that the server allocates, on their way through creations and updates. All functions change `spec` in
 * place and do nothing the second time, so that an allocator may call them before the strategy does.
 */
type Spec = corev1.ServiceSpec;

/** Keeps `clusterIP` and `clusterIPs` in step for clients that know only one of them (NormalizeClusterIPs). */
export function normalizeClusterIps(spec: Spec, old?: Spec): void {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const sameIp = (spec.clusterIP ?? '') === (old.clusterIP ?? '');
  if (sameIp && old.clusterIPs?.length && !spec.clusterIPs?.length) spec.clusterIPs = [...old.clusterIPs];
  if (sameIp || !semanticEqual(spec.clusterIPs, old.clusterIPs)) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}

/** Fills in what an updater left out and the stored service has: cluster IPs, node ports by port name, the health check port. */
export function patchAllocatedValues(spec: Spec, old: Spec): void {
  if (needsClusterIp(spec) && needsClusterIp(old)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs && spec.clusterIP === old.clusterIP) spec.clusterIPs = [...old.clusterIPs];
  }
  if (needsNodePorts(spec) && needsNodePorts(old)) patchNodePorts(spec.ports ?? [], old.ports ?? []);
  if (needsHealthCheckNodePort(spec) && needsHealthCheckNodePort(old) && !spec.healthCheckNodePort && old.healthCheckNodePort) {
    spec.healthCheckNodePort = old.healthCheckNodePort;
  }
}

function patchNodePorts(ports: readonly corev1.ServicePort[], old: readonly corev1.ServicePort[]): void {
  const before = nodePortsOf(old);
  const used = new Set([...nodePortsOf(ports)].filter((port) => before.has(port)));
  const byName = new Map(old.map(({ name, nodePort }) => [name ?? '', nodePort]));
  for (const port of ports) {
    const known = byName.get(port.name ?? '');
    if (port.nodePort || !known || used.has(known)) continue;
    port.nodePort = known;
    used.add(known);
  }
}

/**
 * After a change of type, clears what the new type has no use for and the user did not touch (dropTypeDependentFields); what the
 * user did change is left to fail in validation.
 */
export function dropTypeDependentFields(spec: Spec, old: Spec): void {
  const untouched = (field: keyof Spec): boolean => semanticEqual(spec[field], old[field]);
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    if (untouched('clusterIP') && untouched('clusterIPs')) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (untouched('ipFamilies')) delete spec.ipFamilies;
    if (untouched('ipFamilyPolicy')) delete spec.ipFamilyPolicy;
  }
  const oldNodePorts = nodePortsOf(old.ports);
  const hasNewNodePort = [...nodePortsOf(spec.ports)].some((port) => !oldNodePorts.has(port));
  if (needsNodePorts(old) && !needsNodePorts(spec) && !hasNewNodePort) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheckNodePort(old) && !needsHealthCheckNodePort(spec) && untouched('healthCheckNodePort')) {
    delete spec.healthCheckNodePort;
  }
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (untouched('allocateLoadBalancerNodePorts')) delete spec.allocateLoadBalancerNodePorts;
    if (untouched('loadBalancerClass')) delete spec.loadBalancerClass;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec) && untouched('externalTrafficPolicy')) {
    delete spec.externalTrafficPolicy;
  }
}

function nodePortsOf(ports: readonly corev1.ServicePort[] | undefined): Set<number> {
  return new Set((ports ?? []).flatMap(({ nodePort }) => nodePort || []));
}
