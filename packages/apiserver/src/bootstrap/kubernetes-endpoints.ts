import { hasReason, semanticEqual } from '@typekube/apimachinery';
import type { corev1, discoveryv1 } from '@typekube/api';
import type { ServerLeases } from './server-leases';
import type { SystemClient } from './system-client';

const ENDPOINTS = { group: '', plural: 'endpoints' };
const ENDPOINT_SLICES = { group: 'discovery.k8s.io', plural: 'endpointslices' };
const METADATA = { name: 'kubernetes', namespace: 'default' };

/** Keeps the mirroring controller away: the slice is written here. */
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';

export interface KubernetesEndpointsOptions {
  readonly client: SystemClient;
  readonly leases: ServerLeases;
  readonly address: string;
  readonly port: number;
}

/** Keeps Endpoints and EndpointSlice `kubernetes` in step with the API servers that live (upstream's lease endpoint reconciler). */
export class KubernetesEndpoints {
  constructor(private readonly options: KubernetesEndpointsOptions) {}

  async sync(): Promise<void> {
    await this.options.leases.renew(this.options.address);
    await this.write();
  }

  /** Takes this server out. Fails where it is the last one: then the endpoints stay, as upstream's do. */
  async remove(): Promise<void> {
    if (await this.options.leases.remove(this.options.address)) await this.write();
  }

  private async write(): Promise<void> {
    const addresses = await this.options.leases.list();
    if (!addresses.length) {
      throw new Error('no API server IP addresses were listed in storage, refusing to erase all endpoints for the kubernetes Service');
    }
    await this.writeEndpoints(addresses);
    await this.writeSlice(addresses);
  }

  private async writeEndpoints(addresses: readonly string[]): Promise<void> {
    const { client, port } = this.options;
    const subsets = [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: 'https', port, protocol: 'TCP' }] }];
    const labels = { [SKIP_MIRROR]: 'true' };
    const current = client.get<corev1.Endpoints>(ENDPOINTS, METADATA.namespace, METADATA.name);
    if (!current) {
      const endpoints: corev1.Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { ...METADATA, labels }, subsets };
      await client.ensure(ENDPOINTS, endpoints);
      return;
    }
    if (semanticEqual(current.subsets, subsets) && current.metadata.labels?.[SKIP_MIRROR] === 'true') return;
    await ignoreDeleted(
      client.update<corev1.Endpoints>(ENDPOINTS, METADATA, (endpoints) => {
        endpoints.subsets = subsets;
        endpoints.metadata.labels = { ...endpoints.metadata.labels, ...labels };
      }),
    );
  }

  private async writeSlice(addresses: readonly string[]): Promise<void> {
    const { client } = this.options;
    const wanted = this.slice(addresses);
    const current = client.get<discoveryv1.EndpointSlice>(ENDPOINT_SLICES, METADATA.namespace, METADATA.name);
    if (current && current.addressType !== wanted.addressType) await client.delete(ENDPOINT_SLICES, METADATA.namespace, METADATA.name);
    if (!current || current.addressType !== wanted.addressType) {
      await client.ensure(ENDPOINT_SLICES, wanted);
      return;
    }
    const isSame =
      semanticEqual(current.endpoints, wanted.endpoints) &&
      semanticEqual(current.ports, wanted.ports) &&
      semanticEqual(current.metadata.labels, wanted.metadata.labels);
    if (isSame) return;
    await ignoreDeleted(
      client.update<discoveryv1.EndpointSlice>(ENDPOINT_SLICES, METADATA, (slice) => {
        slice.endpoints = wanted.endpoints;
        slice.ports = wanted.ports ?? [];
        slice.metadata.labels = { ...wanted.metadata.labels };
      }),
    );
  }

  private slice(addresses: readonly string[]): discoveryv1.EndpointSlice {
    const isIpv6 = addresses.every((address) => address.includes(':'));
    const ofFamily = addresses.filter((address) => address.includes(':') === isIpv6);
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...METADATA, labels: { 'kubernetes.io/service-name': METADATA.name } },
      addressType: isIpv6 ? 'IPv6' : 'IPv4',
      endpoints: ofFamily.map((address) => ({ addresses: [address], conditions: { ready: true } })),
      ports: [{ name: 'https', port: this.options.port, protocol: 'TCP' }],
    };
  }
}

/** What has just been deleted is created in the next round. */
async function ignoreDeleted(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}
