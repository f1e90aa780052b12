import { hostname } from 'node:os';
import { Client, loadClientConfig } from '@typekube/client';
import {
  addProcessMetrics,
  type Group,
  loggerFromFlags,
  type Logger,
  type Member,
  MetricsRegistry,
  runGroups,
  systemClock,
} from '@typekube/component-base';
import { removeTable } from './backends/nftables/apply';
import { checkNftVersion, systemNft } from './backends/nftables/nft';
import { usableFamilies } from './backends/nftables/support';
import { composeProxy, type Composition } from './compose';
import type { ProxyConfiguration } from './config/configuration';
import type { ProxyFlags } from './config/flags';
import { configurationFromFlags } from './config/from-flags';
import { healthzHandler, metricsHandler } from './health/healthz';
import { type HttpHandler, parseHostPort, serve } from './health/http-server';
import { IP_FAMILIES } from './model/ip-family';

/** The proxy from its flags to its end. Rejects where it cannot start. The rules outlive it; `--cleanup` removes them. */
export async function run(flags: ProxyFlags, signal: AbortSignal): Promise<void> {
  const log = loggerFromFlags(flags.logs, 'kube-proxy');
  const configuration = await configurationFromFlags(flags);
  await checkNftVersion(systemNft);
  if (flags.misc.cleanup) return cleanUp();
  for (const warning of configuration.warnings) log.warn(warning);
  const clientConfig = await loadClientConfig({
    ...(configuration.kubeconfig && { path: configuration.kubeconfig }),
    ...(flags.misc.master && { overrides: { server: flags.misc.master } }),
  });
  const { rateLimit } = configuration;
  using client = new Client(clientConfig, { component: 'kube-proxy', ...(rateLimit && { rateLimit }) });
  const registry = new MetricsRegistry();
  addProcessMetrics(registry);
  const nodeName = (configuration.hostnameOverride || hostname()).trim().toLowerCase();
  const families = await usableFamilies(systemNft, log);
  const composition = composeProxy({ client, configuration, nodeName, families, registry, log });
  log.info('Using nftables Proxier', { node: nodeName, families: families.join(',') });
  const serving = { name: 'serving', members: servers(configuration, composition, registry, log) };
  await runGroups([serving, ...working(composition)], signal);
}

async function cleanUp(): Promise<void> {
  for (const family of IP_FAMILIES) await removeTable(systemNft, family);
}

/** No rules before all is known: with half of the services, the others' traffic would stop. */
function working({ informers, synced, proxier }: Composition): Group[] {
  const following: Member = {
    name: 'informers',
    run: async ({ signal, ready }) => {
      const running = informers.run(signal);
      await synced(signal).catch(() => undefined);
      ready();
      await running;
    },
  };
  const proxying: Member = {
    name: 'proxier',
    run: async ({ signal, ready }) => {
      ready();
      proxier.changed();
      await proxier.run(signal);
    },
  };
  return [
    { name: 'informers', members: [following] },
    { name: 'proxy', members: [proxying] },
  ];
}

function servers(
  configuration: ProxyConfiguration,
  { health, metrics }: Composition,
  registry: MetricsRegistry,
  log: Logger,
): Member[] {
  const member = (name: string, text: string, handler: HttpHandler): Member[] => {
    const address = parseHostPort(text);
    if (!address) return [];
    const options = { address, handler, log: log.child(name), clock: systemClock, hardFail: configuration.bindAddressHardFail };
    return [
      {
        name,
        run: async ({ signal, ready }) => {
          ready();
          await serve({ ...options, signal });
        },
      },
    ];
  };
  return [
    ...member('healthz', configuration.healthzBindAddress, healthzHandler(health, metrics)),
    ...member('metrics', configuration.metricsBindAddress, metricsHandler(registry, 'nftables')),
  ];
}
