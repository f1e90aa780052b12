import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import {
  Client,
  controllerMetrics,
  EventBroadcaster,
  InformerFactory,
  loadClientConfig,
  runLeaderElection,
  type TransportOptions,
} from '@typekube/client';
import {
  addProcessMetrics,
  flagValues,
  type Logger,
  loggerFromFlags,
  MetricsRegistry,
  runGroups,
  systemClock,
  ZPages,
} from '@typekube/component-base';
import { type ManagerOptions, program } from './config/flags';
import { type ControllerDescriptor, selectControllers } from './controllers';
import { AccountClients } from './shared/account-clients';
import type { ControllerDeps, Runnable } from './shared/controller-deps';
import { serve } from './serving/server';

const NAME = 'kube-controller-manager';

/**
 * The controller manager from its flags to its end: serves health and metrics, waits to be the leader, runs the controllers,
 * and resolves when all have ended after `signal`. Rejects where flags are wrong, the kubeconfig is, or leadership is lost:
 * then the process ends, and is started anew.
 */
export async function run(options: ManagerOptions, signal: AbortSignal): Promise<void> {
  const logger = loggerFromFlags(options.logs, NAME);
  const selected = selectControllers(options.generic.controllers);
  using client = await connect(options);
  const metrics = new MetricsRegistry();
  addProcessMetrics(metrics);
  const pages = new ZPages({ name: NAME, flags: flagValues(program, options) });
  const manager = { options, logger, selected, client, metrics };
  await runGroups(
    [
      {
        name: NAME,
        members: [
          { name: 'serving', run: (context) => serve({ options: options.serving, client, metrics, pages, logger }, context.signal) },
          { name: 'controllers', run: (context) => lead(manager, context.signal) },
        ],
      },
    ],
    signal,
  );
}

interface Manager {
  readonly options: ManagerOptions;
  readonly logger: Logger;
  readonly selected: readonly ControllerDescriptor[];
  readonly client: Client;
  readonly metrics: MetricsRegistry;
}

async function connect(options: ManagerOptions): Promise<Client> {
  const { kubeconfig } = options.generic;
  return new Client(await loadClientConfig(kubeconfig ? { path: kubeconfig } : {}), transportOptions(options));
}

function transportOptions({ generic: { kubeApiQps: qps, kubeApiBurst: burst } }: ManagerOptions): TransportOptions {
  return { component: NAME, ...(qps > 0 && { rateLimit: { qps, burst } }) };
}

async function lead(manager: Manager, signal: AbortSignal): Promise<void> {
  const { client, logger } = manager;
  const { leaderElection: flags } = manager.options;
  if (!flags.leaderElect) return runControllers(manager, signal);
  const events = new EventBroadcaster({ client, component: NAME, logger });
  const identity = `${hostname()}_${randomUUID()}`;
  const lease = { namespace: flags.leaderElectResourceNamespace, name: flags.leaderElectResourceName };
  const about = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease };
  const writing = events.run(signal);
  await runLeaderElection({
    client,
    lease,
    identity,
    leaseMilliseconds: flags.leaderElectLeaseDuration,
    renewDeadlineMilliseconds: flags.leaderElectRenewDeadline,
    retryMilliseconds: flags.leaderElectRetryPeriod,
    onStartedLeading(leading) {
      events.event(about, 'Normal', 'LeaderElection', `${identity} became leader`);
      return runControllers(manager, leading);
    },
    logger,
    signal,
  });
  await writing;
}

/** Caches and controllers stop together: a controller waits for nothing that a stopped cache would have to tell. */
async function runControllers({ options, logger, selected, client, metrics }: Manager, signal: AbortSignal): Promise<void> {
  // Every cache and controller listens for the end.
  setMaxListeners(0, signal);
  const informers = new InformerFactory(client, { logger });
  const metricsOf = controllerMetrics(metrics);
  const running: Runnable[] = [];
  using accounts = new AccountClients({ client, ...transportOptions(options), clock: systemClock });
  for (const { name, eventSource, account, create } of selected) {
    const own = account && options.generic.useServiceAccountCredentials ? accounts.clientOf(account) : client;
    const events = new EventBroadcaster({ client: own, component: eventSource, logger });
    const deps: ControllerDeps = {
      client: own,
      informers,
      recordEvent: (about, type, reason, message) => events.event(about, type, reason, message),
      metrics: metricsOf,
      logger,
      clock: systemClock,
    };
    const controller = create(deps, options);
    if (!controller) {
      logger.warn('Skipping a controller: its flags leave it nothing to do', { controller: name });
      continue;
    }
    logger.info('Starting controller', { controller: name });
    running.push(controller, events);
  }
  await Promise.all([informers.run(signal), ...running.map((each) => each.run(signal))]);
}
