import type { corev1 } from '@typekube/api';
import { SERVICES } from '../allocators/service-spec';
import type { SystemClient } from './system-client';

export interface KubernetesServiceOptions {
  /** The first address of the service range. */
  readonly address: string;
  /** The port that this server listens on. */
  readonly securePort: number;
}

/** Creates the service `kubernetes`, by which pods reach the API. One that exists is left as it is. */
export async function ensureKubernetesService(client: SystemClient, options: KubernetesServiceOptions): Promise<void> {
  await client.ensure(SERVICES, newService(options));
}

function newService({ address, securePort }: KubernetesServiceOptions): corev1.Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: address,
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', port: 443, targetPort: securePort, protocol: 'TCP' }],
      sessionAffinity: 'None',
    },
  };
}
