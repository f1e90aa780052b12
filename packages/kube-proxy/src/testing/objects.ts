import type { corev1, discoveryv1 } from '@typekube/api';
import type { PlanContext } from '../backends/nftables/context';
import type { Endpoint } from '../model/endpoints';
import type { ServicePort } from '../model/services';
import { NODE_IP, POD_CIDR, POD_PORT } from './test-network';

export const NODE_NAME = 'node-1';

/** A service `default/web` on 10.96.0.10:80. */
export function servicePort(overrides: Partial<ServicePort> = {}): ServicePort {
  return {
    namespace: 'default',
    name: 'web',
    portName: '',
    protocol: 'tcp',
    clusterIp: '10.96.0.10',
    port: 80,
    nodePort: 0,
    externalIps: [],
    loadBalancerIps: [],
    sourceRanges: [],
    affinitySeconds: 0,
    internalPolicyLocal: false,
    externalPolicyLocal: false,
    healthCheckNodePort: 0,
    ...overrides,
  };
}

/** A ready endpoint on the node. */
export function endpoint(ip: string, overrides: Partial<Endpoint> = {}): Endpoint {
  return {
    ip,
    port: POD_PORT,
    isLocal: true,
    isReady: true,
    isServing: true,
    isTerminating: false,
    zoneHints: [],
    nodeHints: [],
    ...overrides,
  };
}

export function planContext(overrides: Partial<PlanContext> = {}): PlanContext {
  const pods = POD_CIDR;
  return {
    family: 'IPv4',
    nodeName: NODE_NAME,
    zone: '',
    nodeIp: NODE_IP,
    masqueradeAll: false,
    masqueradeBit: 14,
    podTraffic: { isLocal: `ip saddr ${pods}`, isNotLocal: `ip saddr != ${pods}` },
    nodePortIps: [NODE_IP],
    serviceCidrs: ['10.96.0.0/16'],
    ...overrides,
  };
}

export function service(name: string, spec: corev1.ServiceSpec): corev1.Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name }, spec };
}

export type SliceEndpoint = NonNullable<discoveryv1.EndpointSlice['endpoints']>[number];

export function endpointSlice(
  serviceName: string,
  endpoints: SliceEndpoint[],
  ports: NonNullable<discoveryv1.EndpointSlice['ports']> = [{ name: '', port: POD_PORT, protocol: 'TCP' }],
): discoveryv1.EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: `${serviceName}-1`, labels: { 'kubernetes.io/service-name': serviceName } },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}
