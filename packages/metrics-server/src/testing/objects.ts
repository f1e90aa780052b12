import { networkInterfaces } from 'node:os';
import type { apiregistrationv1, corev1, discoveryv1 } from '@typekube/api';

/** A node that is ready, with its kubelet at that port of the loopback interface. */
export function nodeOf(name: string, port: number, labels: Record<string, string> = {}): corev1.Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
      capacity: { cpu: '2', memory: '4Gi' },
      allocatable: { cpu: '2', memory: '4Gi' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

export function podOf(name: string, node: string, labels: Record<string, string> = {}): corev1.Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'default', name, labels }, spec: { nodeName: node, containers: [{ name: 'a', image: 'x' }] } };
}

const SERVICE = { namespace: 'kube-system', name: 'metrics-server' };

/** What leads the API server to a metrics-server that listens on that port of this machine. */
export function servedAt(port: number): { readonly service: corev1.Service; readonly slice: discoveryv1.EndpointSlice; readonly apiService: apiregistrationv1.APIService } {
  return {
    service: { apiVersion: 'v1', kind: 'Service', metadata: { ...SERVICE }, spec: { ports: [{ name: 'https', port: 443 }] } },
    slice: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...SERVICE, labels: { 'kubernetes.io/service-name': SERVICE.name } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port }],
      endpoints: [{ addresses: [machineAddress()], conditions: { ready: true } }],
    },
    apiService: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { ...SERVICE } },
    },
  };
}

/** Endpoints may not have loopback addresses. */
function machineAddress(): string {
  const found = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses).find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('this machine has no address but the loopback ones');
  return found.address;
}
