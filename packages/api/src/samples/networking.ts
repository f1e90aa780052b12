import type { KubeObject } from '@typekube/apimachinery';
import { sample, sampleInVersions } from './sample';

const IP_VERSIONS = ['v1', 'v1beta1'];
const SERVICE_REF = { resource: 'services', namespace: 'default', name: 'sample-service' };

/** Samples of services' surroundings. */
export const networkingSamples: readonly KubeObject[] = [
  sample(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.1'] }], ports: [{ port: 80 }] },
  ),
  sample('networking.k8s.io/v1', 'Ingress', {
    spec: { defaultBackend: { service: { name: 'sample-service', port: { number: 80 } } } },
  }),
  sample('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'example.com/controller' } }),
  sample('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {} } }),
  ...sampleInVersions(
    'networking.k8s.io',
    IP_VERSIONS,
    'IPAddress',
    { metadata: { name: '192.0.2.9' }, spec: { parentRef: SERVICE_REF } },
  ),
  ...sampleInVersions('networking.k8s.io', IP_VERSIONS, 'ServiceCIDR', { spec: { cidrs: ['198.51.100.0/24'] } }),
];
