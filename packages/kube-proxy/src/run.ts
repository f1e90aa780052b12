import { hostname } from 'node:os';
import { Client, InformerFactory, loadClientConfig } from '@typekube/client';
import { addProcessMetrics, loggerFromFlags, type Logger, type Member, MetricsRegistry, runGroups, systemClock } from '@typekube/component-base';
import { removeTable } from './backends/nftables/apply';
import type { PlanContext } from './backends/nftables/context';
import { checkNftVersion, systemNft } from './backends/nftables/nft';
import { usableFamilies } from './backends/nftables/support';
import type { ProxyConfiguration } from './config/configuration';
import type { ProxyFlags } from './config/flags';
import { configurationFromFlags } from './config/from-flags';
import { healthzHandler, metricsHandler } from './health/healthz';
import { type HttpHandler, parseHostPort, serve } from './health/http-server';
import { ProxyHealth } from './health/proxy-health';
import { ServiceHealthServer } from './health/service-health';
import { ProxyMetrics } from './metrics';
import { ProxyModel } from './model/changes';
import { cidrsOfFamily, IP_FAMILIES, type IpFamily } from './model/ip-family';
import { nodeIpOf } from './node/node-state';
import { nodePortIps } from './node/node-port-addresses';
import { podTraffic } from './node/pod-traffic';
import { follow, Surroundings } from './sync/follow';
import { Proxier } from './sync/proxier';

/** The proxy from its flags to its end. Rejects where it cannot start. The rules outlive it; `--cleanup` removes them. */
export async function run(flags: ProxyFlags, signal: AbortSignal): Promise<void> {
  const log = loggerFromFlags(flags.logs, 'kube-proxy');
  await checkNftVersion(systemNft);
  if (flags.misc.cleanup) return cleanUp();
  const configuration = await configurationFromFlags(flags);
  for (const warning of configuration.warnings) log.warn(warning);
  const clientConfig = await loadClientConfig({
    ...(configuration.kubeconfig && { path: configuration.kubeconfig }),
    ...(flags.misc.master && { overrides: { server: flags.misc.master } }),
  });
  const { rateLimit } = configuration;
  using client = new Client(clientConfig, { component: 'kube-proxy', ...(rateLimit && { rateLimit }) });
  await runWith(client, configuration, log, signal);
}

async function cleanUp(): Promise<void> {
  for (const family of IP_FAMILIES) await removeTable(systemNft, family);
}

async function runWith(client: Client, configuration: ProxyConfiguration, log: Logger, signal: AbortSignal): Promise<void> {
  const families = await usableFamilies(systemNft, log);
  const nodeName = (configuration.hostnameOverride || hostname()).trim().toLowerCase();
  const registry = new MetricsRegistry();
  addProcessMetrics(registry);
  const metrics = new ProxyMetrics(registry);
  // Twice the time in which rules are checked anyway, as upstream.
  const health = new ProxyHealth(systemClock, 2 * configuration.syncPeriod);
  const surroundings = new Surroundings();
  const model = new ProxyModel(nodeName);
  const contextOf = (family: IpFamily): PlanContext => planContext(family, nodeName, configuration, surroundings);
  const serviceHealth = new ServiceHealthServer({
    addresses: () => healthCheckAddresses(families.map(contextOf)),
    isProxyHealthy: () => health.isHealthy,
    log: log.child('service-health'),
  });
  const { syncPeriod, minSyncPeriod } = configuration;
  const shared = { model, metrics, health, serviceHealth, syncPeriod, minSyncPeriod, families, contextOf };
  const proxier = new Proxier({ ...shared, nft: systemNft, clock: systemClock, log });
  const informers = new InformerFactory(client, { logger: log });
  const onChange = (triggeredAt?: number): void => {
    health.isNodeEligible = surroundings.node.isEligible;
    proxier.changed(triggeredAt);
  };
  const needed = follow({ informers, nodeName, model, surroundings, metrics, onChange });
  log.info('Using nftables Proxier', { node: nodeName, families: families.join(','), minSyncPeriod, syncPeriod });
  await runGroups(
    [
      {
        name: 'serving',
        members: [
          ...server('healthz', configuration.healthzBindAddress, healthzHandler(health, metrics), configuration, log),
          ...server('metrics', configuration.metricsBindAddress, metricsHandler(registry, 'nftables'), configuration, log),
        ],
      },
      {
        name: 'informers',
        members: [
          {
            name: 'informers',
            run: async (context) => {
              const running = informers.run(context.signal);
              await Promise.all(needed.map((informer) => informer.synced(context.signal))).catch(() => undefined);
              context.ready();
              await running;
            },
          },
        ],
      },
      {
        name: 'proxy',
        members: [
          {
            name: 'proxier',
            run: async (context) => {
              context.ready();
              proxier.changed();
              await proxier.run(context.signal);
            },
          },
        ],
      },
    ],
    signal,
  );
}

function planContext(family: IpFamily, nodeName: string, configuration: ProxyConfiguration, surroundings: Surroundings): PlanContext {
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

function server(
  name: string,
  text: string,
  handler: HttpHandler,
  { bindAddressHardFail: hardFail }: ProxyConfiguration,
  log: Logger,
): Member[] {
  const address = parseHostPort(text);
  if (!address) return [];
  return [
    {
      name,
      run: async ({ signal, ready }) => {
        ready();
        await serve({ address, handler, log: log.child(name), clock: systemClock, signal, hardFail });
      },
    },
  ];
}
