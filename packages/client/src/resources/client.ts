import type { KubeObject } from '@typekube/apimachinery';
import { DiscoveryClient } from '../discovery/discovery-client';
import type { ClientConfig } from '../kubeconfig/client-config';
import { Transport, type TransportOptions } from '../transport/transport';
import { ResourceClient } from './resource-client';
import type { ResourceRef } from '../discovery/resource-ref';

/** Access to one server. Everything that one process does there should go through one client: it holds the connections. */
export class Client {
  readonly transport: Transport;
  readonly discovery: DiscoveryClient;

  constructor(
    readonly config: ClientConfig,
    options: TransportOptions,
  ) {
    this.transport = new Transport(config, options);
    this.discovery = new DiscoveryClient(this.transport);
  }

  /**
   * A resource: `client.for(pods, 'default').get('web')`, or one that a RestMapper found, with plain objects. Without a
   * namespace: of all of them, or of the cluster.
   */
  for<T extends KubeObject>(ref: ResourceRef<T>, namespace = ''): ResourceClient<T> {
    return new ResourceClient<T>(this.transport, ref, namespace);
  }

  /** Ends all connections. */
  close(): void {
    this.transport.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
