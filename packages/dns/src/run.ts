import { setMaxListeners } from 'node:events';
import { Client, InformerFactory, loadClientConfig } from '@typekube/client';
import { addProcessMetrics, type Group, loggerFromFlags, type Logger, type Member, MetricsRegistry, runGroups, sleep, systemClock } from '@typekube/component-base';
import { composeDns, type Composition } from './compose';
import { configurationFromFlags, type DnsConfiguration } from './config/configuration';
import type { DnsFlags } from './config/flags';
import { type FollowedCluster, followCluster } from './records/cluster';
import type { ListenOptions } from './server/listen';
import { serveTcp } from './server/tcp';
import { serveUdp } from './server/udp';
import { endpointMember } from './serving/http-server';

/** The server from its flags to its end. Rejects where it cannot start, or a port cannot be had. */
export async function run(flags: DnsFlags, signal: AbortSignal): Promise<void> {
  const log = loggerFromFlags(flags.logs, 'kube-dns');
  const configuration = await configurationFromFlags(flags);
  const { kubeconfig } = flags.cluster;
  using client = new Client(await loadClientConfig(kubeconfig ? { path: kubeconfig } : {}), { component: 'kube-dns' });
  const registry = new MetricsRegistry();
  addProcessMetrics(registry);
  const informers = new InformerFactory(client, { logger: log });
  const cluster = followCluster(informers, systemClock.now);
  const { domain, ttl, resolvers, port } = configuration;
  const composition = composeDns({ cluster, domain, ttl, resolvers, server: `dns://:${port}`, registry, clock: systemClock, log });
  if (resolvers.length === 0) log.warn('There is no upstream resolver: only names of the cluster are answered');
  // Every informer listens: that is no leak.
  setMaxListeners(0, signal);
  await runGroups([serving({ configuration, cluster, registry }), following(informers, log), ...answering(configuration, composition, log)], signal);
}

interface Serving {
  readonly configuration: DnsConfiguration;
  readonly cluster: FollowedCluster;
  readonly registry: MetricsRegistry;
}

function serving({ configuration: { health, ready, metrics }, cluster, registry }: Serving): Group {
  return {
    name: 'serving',
    members: [
      ...endpointMember('/health', health, () => ({ status: 200, body: 'OK' })),
      ...endpointMember('/ready', ready, () => (cluster.isSynced() ? { status: 200, body: 'OK' } : { status: 503, body: 'kubernetes' })),
      ...endpointMember('/metrics', metrics, async () => ({ status: 200, ...(await registry.expose()) })),
    ],
  };
}

/** As CoreDNS: names of the cluster wait that long for it, then everything else is answered without it. */
const SYNC_MS = 5000;

function following(informers: InformerFactory, log: Logger): Group {
  const run: Member['run'] = async ({ signal, ready }) => {
    setMaxListeners(0, signal);
    const running = informers.run(signal);
    const isSynced = await Promise.race([
      informers.synced(signal).then(() => true),
      sleep(systemClock, SYNC_MS, signal).then(() => false),
    ]).catch(() => true);
    if (!isSynced) log.warn('Serving though the API server has not told of the cluster yet');
    ready();
    await running;
  };
  return { name: 'informers', members: [{ name: 'informers', run }] };
}

function answering({ host, port }: DnsConfiguration, { respond, probe, close }: Composition, log: Logger): Group[] {
  const member = (name: string, serve: (options: ListenOptions, signal: AbortSignal) => Promise<void>): Member => ({
    name,
    run: async ({ signal, ready }) => {
      const onListening = (bound: number): void => {
        log.info(`Serving DNS over ${name}`, { address: host, port: bound });
        ready();
      };
      await serve({ host, port, respond, onListening, log }, signal);
    },
  });
  const forwarding: Member = {
    name: 'forward',
    run: async ({ signal, ready }) => {
      ready();
      await probe();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      close();
    },
  };
  return [
    { name: 'dns', members: [member('UDP', serveUdp), member('TCP', serveTcp)] },
    { name: 'forward', members: [forwarding] },
  ];
}
