import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import { Client, InformerFactory, loadClientConfig, runLeaderElection } from '@typekube/client';
import {
  aborted,
  addProcessMetrics,
  flagValues,
  HealthEndpoint,
  type Logger,
  loggerFromFlags,
  MetricsRegistry,
  pingCheck,
  runGroups,
  systemClock,
  ZPages,
} from '@typekube/component-base';
import { ProfileEvents } from './cluster/events';
import { ClientWriter } from './cluster/writer';
import { composeScheduler, type Composition } from './compose';
import type { SchedulerConfiguration } from './config/configuration';
import { program, type SchedulerFlags } from './config/flags';
import { configurationFromFlags } from './config/from-flags';
import type { PluginEntry } from './plugins/registry';
import { delegatedAuthorization, type Reviewers } from './serving/authorize';
import { servingIdentity } from './serving/identity';
import { StatusServer } from './serving/server';

export interface RunOptions {
  /** Plugins besides the default ones; enabled in every profile that does not disable them. */
  readonly plugins?: readonly PluginEntry[];
}

/**
 * The scheduler from its flags to its end: resolves when all bindings under way are done after `signal`. Rejects where it
 * cannot start, or has lost its lease.
 */
export async function run(flags: SchedulerFlags, signal: AbortSignal, { plugins = [] }: RunOptions = {}): Promise<void> {
  const log = loggerFromFlags(flags.logs, 'kube-scheduler');
  const configuration = await configurationFromFlags(flags);
  const clientConfig = await loadClientConfig({
    ...(configuration.kubeconfig && { path: configuration.kubeconfig }),
    ...(flags.misc.master && { overrides: { server: flags.misc.master } }),
  });
  const rateLimit = configuration.rateLimit;
  using client = new Client(clientConfig, { component: 'kube-scheduler', ...(rateLimit && { rateLimit }) });
  // Leases and events of their own, so that a burst of bindings cannot cost the lease.
  using aside = new Client(clientConfig, { component: 'leader-election' });
  await runWith({ flags, configuration, client, aside, log, plugins }, signal);
}

interface Running {
  readonly flags: SchedulerFlags;
  readonly configuration: SchedulerConfiguration;
  readonly client: Client;
  readonly aside: Client;
  readonly log: Logger;
  readonly plugins: readonly PluginEntry[];
}

async function runWith(running: Running, signal: AbortSignal): Promise<void> {
  const { configuration, client, aside, log, plugins, flags } = running;
  const registry = new MetricsRegistry();
  addProcessMetrics(registry);
  const informers = new InformerFactory(client, { logger: log });
  const events = new ProfileEvents(
    aside,
    configuration.profiles.map(({ schedulerName }) => schedulerName),
    log,
  );
  const writer = new ClientWriter(client, events.record, systemClock);
  const composition = composeScheduler({ configuration, informers, writer, registry, log, plugins });
  let isSynced = false;
  // Every informer listens: that is no leak.
  setMaxListeners(0, signal);
  const synced = informers.synced(signal).then(() => void (isSynced = true));
  await runGroups(
    [
      {
        name: 'serving',
        members:
          flags.serving.securePort === 0
            ? []
            : [{ name: 'server', run: (context) => serve({ ...running, registry, isSynced: () => isSynced }, context) }],
      },
      { name: 'informers', members: [{ name: 'informers', run: (context) => follow(informers, synced, context) }] },
      { name: 'events', members: [{ name: 'events', run: (context) => record(events, context) }] },
      { name: 'scheduling', members: [{ name: 'scheduler', run: (context) => schedule(running, composition, context.signal) }] },
    ],
    signal,
  );
}

interface Context {
  readonly signal: AbortSignal;
  readonly ready: () => void;
}

async function serve(
  { flags, client, log, registry, isSynced }: Running & { registry: MetricsRegistry; isSynced: () => boolean },
  { signal, ready }: Context,
): Promise<void> {
  const { bindAddress, securePort, authorizationAlwaysAllowPaths } = flags.serving;
  const reviewers = await reviewersOf(flags.serving, client);
  const onFailure = (check: string, error: unknown): void =>
    log.v(2)?.info('Health check failed', { check, error: String(error) });
  const informerSync = {
    name: 'informer-sync',
    check: () => {
      if (!isSynced()) throw new Error('caches are not loaded yet');
    },
  };
  const server = await StatusServer.start({
    address: bindAddress,
    port: securePort,
    identity: await servingIdentity(flags.serving),
    endpoints: [
      new HealthEndpoint('healthz', [pingCheck], { onFailure }),
      new HealthEndpoint('livez', [pingCheck], { onFailure }),
      new HealthEndpoint('readyz', [pingCheck, informerSync], { onFailure }),
    ],
    metrics: registry,
    pages: new ZPages({ name: program.name, flags: flagValues(program, flags) }),
    authorize: delegatedAuthorization(reviewers, authorizationAlwaysAllowPaths),
    log,
  });
  log.info(`Serving securely on ${bindAddress}:${server.port}`);
  ready();
  await aborted(signal);
  await server.stop();
  for (const reviewer of [reviewers.authentication, reviewers.authorization]) if (reviewer !== client) reviewer.close();
}

/** The clients that ask who somebody is and what they may: those of the flags, or our own. */
async function reviewersOf(serving: SchedulerFlags['serving'], own: Client): Promise<Reviewers> {
  const from = async (path: string | undefined): Promise<Client> =>
    path ? new Client(await loadClientConfig({ path }), { component: 'kube-scheduler' }) : own;
  return {
    authentication: await from(serving.authenticationKubeconfig),
    authorization: await from(serving.authorizationKubeconfig),
  };
}

async function follow(informers: InformerFactory, synced: Promise<void>, { signal, ready }: Context): Promise<void> {
  setMaxListeners(0, signal);
  const running = informers.run(signal);
  await synced.catch(() => undefined);
  ready();
  await running;
}

async function record(events: ProfileEvents, { signal, ready }: Context): Promise<void> {
  ready();
  await events.run(signal);
}

/** Schedules while it leads. The queue fills before: it has what it needs at once when it comes to lead. */
async function schedule(
  { configuration, aside, log }: Running,
  { scheduler, queue }: Composition,
  signal: AbortSignal,
): Promise<void> {
  const { leaderElection } = configuration;
  const lead = async (leading: AbortSignal): Promise<void> => {
    leading.addEventListener('abort', () => queue.close(), { once: true });
    if (leading.aborted) queue.close();
    log.info('Scheduling');
    await scheduler.run();
  };
  if (!leaderElection.leaderElect) return lead(signal);
  await runLeaderElection({
    client: aside,
    lease: { namespace: leaderElection.resourceNamespace, name: leaderElection.resourceName },
    identity: `${hostname()}_${randomUUID()}`,
    leaseMilliseconds: leaderElection.leaseDuration,
    renewDeadlineMilliseconds: leaderElection.renewDeadline,
    retryMilliseconds: leaderElection.retryPeriod,
    onStartedLeading: lead,
    onNewLeader: (identity) => log.info('New leader elected', { identity }),
    logger: log,
    signal,
  });
}
