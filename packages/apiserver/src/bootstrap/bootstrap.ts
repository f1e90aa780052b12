import type { Clock } from '@typekube/component-base';
import type { IpAllocator } from '../allocators/ip-allocator';
import type { PortRegistry } from '../allocators/port-registry';
import { IpRepair } from '../allocators/repair-ips';
import { PortRepair } from '../allocators/repair-ports';
import type { ServiceRanges } from '../allocators/service-ranges';
import type { ServerCore } from '../handlers/core';
import { firstAddress } from '../serving/first-address';
import { ensureApiServices } from './api-services';
import { ensureAuthenticationConfig } from './authentication-config';
import { DefaultServiceCidr } from './default-service-cidr';
import { EventRecorder } from './event-recorder';
import { ensureFlowControl } from './flow-control';
import { KubernetesEndpoints } from './kubernetes-endpoints';
import { ensureKubernetesService } from './kubernetes-service';
import { ensurePriorityClasses } from './priority-classes';
import { DefaultPolicy } from './rbac/default-policy';
import { LegacyTokenTracking } from './legacy-token-tracking';
import { repeat } from './repeat';
import { ServerLeases } from './server-leases';
import type { SystemClient } from './system-client';
import { ensureNamespaces } from './system-namespaces';

/** Upstream's intervals. */
const ENDPOINTS_INTERVAL_MS = 10_000;
const OBJECTS_INTERVAL_MS = 60_000;
const REPAIR_INTERVAL_MS = 3 * 60_000;

export interface BootstrapOptions {
  readonly core: Pick<ServerCore, 'store' | 'feed' | 'barrier' | 'registry'>;
  readonly client: SystemClient;
  readonly addresses: IpAllocator;
  readonly ports: PortRegistry;
  /** `--service-cluster-ip-range`, the default first. */
  readonly serviceRanges: ServiceRanges;
  /** Where the cluster reaches this server; undefined if it cannot. */
  readonly advertiseAddress: string | undefined;
  readonly securePort: number;
  /** What is published of authentication, as it is now. */
  readonly authenticationData: () => Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: { info(message: string): void; warn(message: string): void; error(message: string, error?: unknown): void };
}

const SYNC_FAILURE = 'unable to sync kubernetes service';
const OBJECTS_FAILURE = 'unable to keep system objects';

/** How long a start waits for its own writes to come into the caches. */
const CACHE_TIMEOUT_MS = 10_000;

/** The objects that a cluster has from its server, made before it is ready and kept while it runs (upstream's post-start hooks). */
export class Bootstrap {
  private readonly stopping = new AbortController();
  private readonly serviceCidr: DefaultServiceCidr;
  private readonly endpoints: KubernetesEndpoints | undefined;
  private readonly ipRepair: IpRepair;
  private readonly portRepair: PortRepair;
  private readonly policy: DefaultPolicy;
  private readonly tokenTracking: LegacyTokenTracking;
  private running: Promise<unknown> | undefined;
  private stopFollowing: () => void = () => undefined;
  private registering: Promise<void> | undefined;
  private registersAgain = false;

  constructor(private readonly options: BootstrapOptions) {
    const { core, client, addresses, ports, serviceRanges, advertiseAddress, securePort, clock, log } = options;
    const recorder = (component: string): EventRecorder => new EventRecorder(client, component, log);
    const mostRecent = (): Promise<void> => core.barrier.mostRecent();
    const cidrs = serviceRanges.map(({ text }) => text);
    this.serviceCidr = new DefaultServiceCidr({ client, events: recorder('kubernetes-service-cidr-controller'), cidrs, log });
    this.ipRepair = new IpRepair({
      addresses,
      client,
      mostRecent,
      events: recorder('ipallocator-repair-controller'),
      now: () => clock.now(),
      log,
    });
    this.tokenTracking = new LegacyTokenTracking(client, clock);
    this.policy = new DefaultPolicy(client, log);
    this.portRepair = new PortRepair({ ports, client, mostRecent, events: recorder('portallocator-repair-controller'), log });
    this.endpoints =
      advertiseAddress === undefined
        ? undefined
        : new KubernetesEndpoints({ client, leases: new ServerLeases(core.store), address: advertiseAddress, port: securePort });
  }

  /**
   * Makes what must be there before the server is ready, then keeps it all until `stop`. Fails if the store does; what else cannot be made
   * is logged and tried again.
   */
  async start(): Promise<void> {
    const { client, core } = this.options;
    const [cidrRevision] = await Promise.all([
      this.serviceCidr.sync(),
      ensureNamespaces(client),
      this.attempt(OBJECTS_FAILURE, () => ensurePriorityClasses(client)),
      this.attempt(OBJECTS_FAILURE, () => ensureFlowControl(client)),
      this.policy.ensureInCluster(),
    ]);
    await core.feed.waitFor(cidrRevision ?? 0, CACHE_TIMEOUT_MS);
    await Promise.all([
      this.repairAll(),
      this.attempt(OBJECTS_FAILURE, () => this.ensureAuthenticationConfig()),
      this.attempt(OBJECTS_FAILURE, () => this.tokenTracking.sync()),
      this.policy.ensureInNamespaces(),
      this.attempt(SYNC_FAILURE, () => this.ensureService()),
      this.attempt(SYNC_FAILURE, () => this.startEndpoints()),
    ]);
    this.stopFollowing = core.registry.onChange(() => void this.registerServices());
    this.running = Promise.all([
      // Clients do not need them to work: they must not hold up the start.
      this.registerServices(),
      this.keep(ENDPOINTS_INTERVAL_MS, SYNC_FAILURE, () => this.syncService()),
      this.keep(OBJECTS_INTERVAL_MS, OBJECTS_FAILURE, () => this.ensureObjects()),
      this.keep(REPAIR_INTERVAL_MS, 'unable to repair allocations', () => this.repairAll()),
    ]);
  }

  /** Ends all loops and takes this server out of the endpoints. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.stopFollowing();
    await Promise.all([this.running, this.registering]);
    try {
      await this.endpoints?.remove();
    } catch (error) {
      this.options.log.error('Unable to remove endpoints from kubernetes service', error);
    }
  }

  /** Gives back what has leaked and takes what is missing. */
  async repairAll(): Promise<void> {
    await Promise.all([this.ipRepair.runOnce(), this.portRepair.runOnce()]);
  }

  /** The endpoints are kept whatever becomes of the service: their lease must not run out. */
  private async syncService(): Promise<void> {
    await this.serviceCidr.sync();
    await this.attempt(SYNC_FAILURE, () => this.ensureService());
    await this.endpoints?.sync();
  }

  private async startEndpoints(): Promise<void> {
    if (this.endpoints) return this.endpoints.sync();
    const why = 'This server has no address that the cluster can reach';
    this.options.log.warn(`${why}: the service kubernetes has no endpoints. Set --advertise-address.`);
  }

  private async ensureObjects(): Promise<void> {
    const { client } = this.options;
    await ensureNamespaces(client);
    await Promise.all([
      ensurePriorityClasses(client),
      ensureFlowControl(client),
      this.registerServices(),
      this.ensureAuthenticationConfig(),
      this.tokenTracking.sync(),
      this.policy.ensureLacking(),
    ]);
  }

  /** Changes that come while it works share its next turn: custom resources come and go by the dozen. */
  private registerServices(): Promise<void> {
    this.registersAgain = true;
    return (this.registering ??= this.registerAll().finally(() => (this.registering = undefined)));
  }

  private async registerAll(): Promise<void> {
    const { client, core } = this.options;
    while (this.registersAgain && !this.stopping.signal.aborted) {
      this.registersAgain = false;
      await this.attempt(OBJECTS_FAILURE, () => ensureApiServices(client, core.registry));
    }
  }

  private ensureService(): Promise<void> {
    const { client, serviceRanges, securePort } = this.options;
    return ensureKubernetesService(client, { address: firstAddress(serviceRanges[0].text), securePort });
  }

  private ensureAuthenticationConfig(): Promise<void> {
    return ensureAuthenticationConfig(this.options.client, this.options.authenticationData());
  }

  private async attempt(failure: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.options.log.error(failure, error);
    }
  }

  private keep(intervalMs: number, failure: string, work: () => Promise<void>): Promise<void> {
    const { clock, log } = this.options;
    const onError = (error: unknown): void => log.error(failure, error);
    return repeat(work, { clock, intervalMs, signal: this.stopping.signal, onError });
  }
}
