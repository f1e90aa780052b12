import type { corev1, discoveryv1 } from '@typekube/api';
import { Store } from '@typekube/client';
import { addIndexes, type FollowedCluster, viewOf } from '../records/cluster';

export interface Objects {
  readonly namespaces: readonly string[];
  readonly services: readonly corev1.Service[];
  readonly slices: readonly discoveryv1.EndpointSlice[];
}

/** A cluster of the objects given, as an informer would have them. */
export function clusterOf({ namespaces, services, slices }: Objects, isSynced = true): FollowedCluster {
  const stores = { namespaces: new Store<corev1.Namespace>(), services: new Store<corev1.Service>(), slices: new Store<discoveryv1.EndpointSlice>() };
  addIndexes(stores);
  for (const name of namespaces) stores.namespaces.set({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const service of services) stores.services.set(service);
  for (const slice of slices) stores.slices.set(slice);
  return { view: viewOf(stores), isSynced: () => isSynced, serial: () => 1_700_000_000 };
}

export function service(name: string, spec: corev1.ServiceSpec, namespace = 'default'): corev1.Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec };
}

export function slice(
  serviceName: string,
  endpoints: NonNullable<discoveryv1.EndpointSlice['endpoints']>,
  ports: NonNullable<discoveryv1.EndpointSlice['ports']> = [{ name: 'http', port: 8080, protocol: 'TCP' }],
): discoveryv1.EndpointSlice {
  const first = endpoints[0]?.addresses[0] ?? '';
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: `${serviceName}-${first.replace(/[.:]/g, '-')}`, labels: { 'kubernetes.io/service-name': serviceName } },
    addressType: first.includes(':') ? 'IPv6' : 'IPv4',
    endpoints,
    ports,
  };
}

/** One of each kind: what the tests of records ask for. */
export const OBJECTS: Objects = {
  namespaces: ['default', 'empty'],
  services: [
    service('kubernetes', { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ports: [{ name: 'https', port: 443, protocol: 'TCP' }] }),
    service('dual', { clusterIP: '10.96.0.2', clusterIPs: ['10.96.0.2', 'fd00:0::2'], ports: [{ name: 'a', port: 1 }, { name: 'b', port: 2, protocol: 'UDP' }] }),
    service('headless', { clusterIP: 'None', clusterIPs: ['None'], ports: [{ name: 'http', port: 80 }] }),
    service('portless', { clusterIP: 'None', clusterIPs: ['None'] }),
    service('lonely', { clusterIP: 'None', clusterIPs: ['None'], ports: [{ port: 80 }] }),
    service('alias', { type: 'ExternalName', externalName: 'Example.com' }),
    service('inner', { type: 'ExternalName', externalName: 'kubernetes.default.svc.cluster.local' }),
    service('ring', { type: 'ExternalName', externalName: 'ring.default.svc.cluster.local' }),
  ],
  slices: [
    slice('kubernetes', [{ addresses: ['192.168.0.1'] }], [{ name: 'https', port: 6443, protocol: 'TCP' }]),
    slice('headless', [
      { addresses: ['10.244.0.5'], hostname: 'Web-0' },
      { addresses: ['10.244.0.6'], conditions: { ready: true } },
      { addresses: ['10.244.0.7'], conditions: { ready: false } },
    ]),
    slice('headless', [{ addresses: ['fd00:244:0::5'], hostname: 'web-0' }]),
    slice('portless', [{ addresses: ['10.244.0.5'] }], []),
  ],
};
