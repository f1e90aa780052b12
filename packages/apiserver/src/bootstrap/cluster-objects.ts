import type { Clock } from '@typekube/component-base';
import type { Store } from '@typekube/storage';
import { IpAllocator } from '../allocators/ip-allocator';
import { parsePortRange } from '../allocators/port-range';
import { PortRegistry } from '../allocators/port-registry';
import { familiesOf, parseServiceRanges, type ServiceRanges } from '../allocators/service-ranges';
import type { ServerCore } from '../handlers/core';
import { serviceHooks } from '../hooks/services';
import type { ResourceHooks } from '../registry/resource-hooks';
import { advertisedAddress, type AddressFlags } from './advertise-address';
import { Bootstrap, type BootstrapOptions } from './bootstrap';
import { SystemClient } from './system-client';

export interface ClusterObjectsOptions {
  /** The server, once it is made. */
  readonly core: () => ServerCore;
  readonly store: Store;
  readonly serviceClusterIpRange: string;
  readonly serviceNodePortRange: string;
  readonly serving: AddressFlags;
  readonly clock: Clock;
  readonly log: BootstrapOptions['log'];
}

/** What allocates for services, and what keeps the cluster's own objects: made before the server, started with it. */
export class ClusterObjects {
  readonly serviceHooks: ResourceHooks;
  private readonly ranges: ServiceRanges;
  private readonly advertiseAddress: string | undefined;
  private readonly client: SystemClient;
  private readonly addresses: IpAllocator;
  private readonly ports: PortRegistry;
  private bootstrap: Bootstrap | undefined;

  /** Fails with a message for the command line if a flag is wrong. */
  constructor(private readonly options: ClusterObjectsOptions) {
    const { core, store, serviceClusterIpRange, serviceNodePortRange, serving, log } = options;
    this.ranges = parseServiceRanges(serviceClusterIpRange);
    this.advertiseAddress = advertisedAddress(serving, this.ranges[0]);
    this.client = new SystemClient(core);
    this.addresses = new IpAllocator({ core, client: this.client });
    this.ports = new PortRegistry(store, parsePortRange(serviceNodePortRange));
    const { client, addresses, ports } = this;
    this.serviceHooks = serviceHooks({ families: familiesOf(this.ranges), addresses, ports, client, log });
  }

  /** Makes what must be there before the server is ready, and keeps it until `stop`. */
  async start(of: Pick<BootstrapOptions, 'securePort' | 'authenticationData'>): Promise<void> {
    const { client, addresses, ports, ranges: serviceRanges, advertiseAddress } = this;
    const { core, clock, log } = this.options;
    this.bootstrap = new Bootstrap({ core: core(), client, addresses, ports, serviceRanges, advertiseAddress, clock, log, ...of });
    await this.bootstrap.start();
  }

  async stop(): Promise<void> {
    await this.bootstrap?.stop();
  }
}
