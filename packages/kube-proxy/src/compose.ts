import { type Client, InformerFactory } from '@typekube/client';
import { type Logger, type MetricsRegistry, systemClock } from '@typekube/component-base';
import type { PlanContext } from './backends/nftables/context';
import { systemNft } from './backends/nftables/nft';
import type { ProxyConfiguration } from './config/configuration';
import { ProxyHealth } from './health/proxy-health';
import { ServiceHealthServer } from './health/service-health';
import { ProxyMetrics } from './metrics';
import { ProxyModel } from './model/changes';
import { cidrsOfFamily, type IpFamily } from './model/ip-family';
import { nodeIpOf } from './node/node-state';
import { nodePortIps } from './node/node-port-addresses';
import { podTraffic } from './node/pod-traffic';
import { systemConntrack } from './sync/conntrack';
import { follow, Surroundings } from './sync/follow';
import { Proxier } from './sync/proxier';

export interface CompositionOptions {
  readonly client: Client;
  readonly configuration: ProxyConfiguration;
  readonly nodeName: string;
  readonly families: readonly IpFamily[];
  readonly registry: MetricsRegistry;
  readonly log: Logger;
}

/** A proxy that follows the cluster. Informers and proxier are run by whoever owns them. */
export interface Composition {
  readonly proxier: Proxier;
  readonly informers: InformerFactory;
  /** Resolves when all is known without which no rules may be written. */
  readonly synced: (signal: AbortSignal) => Promise<unknown>;
  readonly health: ProxyHealth;
  readonly metrics: ProxyMetrics;
}

/** Puts a proxy together. */
export function composeProxy({ client, configuration, nodeName, families, registry, log }: CompositionOptions): Composition {
  const { syncPeriod, minSyncPeriod } = configuration;
  const metrics = new ProxyMetrics(registry);
  // Twice the time in which rules are checked anyway, as upstream.
  const health = new ProxyHealth(systemClock, 2 * syncPeriod);
  const surroundings = new Surroundings();
  const model = new ProxyModel(nodeName);
  const contextOf = (family: IpFamily): PlanContext => planContext(family, nodeName, { configuration, surroundings });
  const serviceHealth = new ServiceHealthServer({
    addresses: () => healthCheckAddresses(families.map(contextOf)),
    isProxyHealthy: () => health.isHealthy,
    log: log.child('service-health'),
  });
  const effects = { nft: systemNft, conntrack: systemConntrack, serviceHealth, metrics, health, clock: systemClock, log };
  const proxier = new Proxier({ model, families, contextOf, syncPeriod, minSyncPeriod, ...effects });
  const informers = new InformerFactory(client, { logger: log });
  const onChange = (triggeredAt?: number): void => {
    health.isNodeEligible = surroundings.node.isEligible;
    proxier.changed(triggeredAt);
  };
  const needed = follow({ informers, nodeName, model, surroundings, metrics, onChange });
  const synced = (signal: AbortSignal): Promise<unknown> => Promise.all(needed.map((informer) => informer.synced(signal)));
  return { proxier, informers, synced, health, metrics };
}

interface Sources {
  readonly configuration: ProxyConfiguration;
  readonly surroundings: Surroundings;
}

function planContext(family: IpFamily, nodeName: string, { configuration, surroundings }: Sources): PlanContext {
  const { node } = surroundings;
  const nodeIp = nodeIpOf(node, family, configuration.bindAddress);
  return {
    family,
    nodeName,
    zone: node.zone,
    nodeIp,
    masqueradeAll: configuration.masqueradeAll,
    masqueradeBit: configuration.masqueradeBit,
    podTraffic: podTraffic(configuration.localMode, family, node),
    nodePortIps: nodePortIps({ family, selected: configuration.nodePortAddresses, nodeIp }),
    serviceCidrs: cidrsOfFamily(surroundings.serviceCidrs, family),
  };
}

/** Health check node ports answer where node ports do. */
function healthCheckAddresses(contexts: readonly PlanContext[]): string[] {
  return contexts.flatMap(({ family, nodePortIps: ips }) => {
    if (ips !== 'all') return ips;
    return family === 'IPv4' ? ['0.0.0.0'] : ['::'];
  });
}
