import type { InformerFactory } from '@typekube/client';
import { type Clock, type Logger, type MetricsRegistry, systemClock } from '@typekube/component-base';
import { SchedulerCache } from './cache/cache';
import { followCluster } from './cluster/follow';
import { InformerReader } from './cluster/reader';
import type { SchedulerConfiguration, Profile } from './config/configuration';
import { arrangePlugins, usedPlugins } from './config/plugin-set';
import type { ClusterWriter } from './framework/cluster-writer';
import { Framework } from './framework/framework';
import type { ClusterReader, PluginHandle } from './framework/handle';
import { type Pod, specOf } from './framework/objects';
import { WaitingPods } from './framework/waiting-pods';
import { addGauges, SchedulerMetrics } from './metrics';
import { DEFAULT_PLUGINS, type PluginEntry } from './plugins/registry';
import { type HintTable, hintTable } from './queue/hints';
import { SchedulingQueue } from './queue/scheduling-queue';
import { NodeChooser } from './schedule-one';
import { Scheduler } from './scheduler';

export interface CompositionOptions {
  readonly configuration: SchedulerConfiguration;
  readonly informers: InformerFactory;
  readonly writer: ClusterWriter;
  readonly registry: MetricsRegistry;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Plugins besides the default ones; enabled in every profile that does not disable them. */
  readonly plugins?: readonly PluginEntry[];
}

/**
 * A scheduler that follows the cluster, with its queue. It runs until the queue is closed; informers are run by whoever owns
 * them.
 */
export interface Composition {
  readonly scheduler: Scheduler;
  readonly queue: SchedulingQueue;
}

/** Puts a scheduler together. Throws a PluginConfigError where a profile cannot be meant. */
export function composeScheduler(options: CompositionOptions): Composition {
  const { configuration, informers, writer, registry, log, clock = systemClock } = options;
  const metrics = new SchedulerMetrics(registry);
  const cache = new SchedulerCache({ clock });
  const reader = new InformerReader(informers);
  const waitingPods = new WaitingPods();
  const stop = new AbortController();
  const profiles = new Map<string, Framework>();
  const hints = new Map<string, HintTable>();
  const profileOf = (pod: Pod): string => specOf(pod).schedulerName || 'default-scheduler';
  const first = (): Framework | undefined => profiles.values().next().value;
  const queue: SchedulingQueue = new SchedulingQueue({
    less: (a, b) => first()?.less(a, b) ?? false,
    preEnqueue: (pod) => profiles.get(profileOf(pod))?.preEnqueue(pod),
    hints: (pod) => hints.get(profileOf(pod)) ?? new Map(),
    backoff: { initial: configuration.podInitialBackoffSeconds * 1000, max: configuration.podMaxBackoffSeconds * 1000 },
    clock,
    log,
    observe: (name, event) => metrics.queued(name, event),
  });
  const shared = {
    snapshot: () => cache.snapshot(),
    nominator: queue.nominator,
    cluster: reader,
    writer,
    waitingPods,
    observePreemption: (victims: number) => metrics.preemption(victims),
    stopping: stop.signal,
    clock,
    log,
    random: Math.random,
  };
  for (const profile of configuration.profiles) {
    const framework = makeFramework(profile, {
      shared,
      metrics,
      activate: (pod) => queue.activate(pod),
      entries: [...DEFAULT_PLUGINS, ...(options.plugins ?? [])],
    });
    profiles.set(profile.schedulerName, framework.framework);
    hints.set(profile.schedulerName, framework.hints);
  }
  addGauges(registry, { queue: () => queue.sizes(), cache: () => cache.counts() });
  followCluster(informers, reader, { cache, queue, waitingPods, isResponsible: (name) => profiles.has(name) });
  const chooser = new NodeChooser({ percentageOfNodesToScore: configuration.percentageOfNodesToScore });
  const scheduler = new Scheduler({ profiles, queue, cache, chooser, reader, writer, waitingPods, stop, metrics, clock, log });
  return { scheduler, queue };
}

interface FrameworkParts {
  readonly shared: Omit<PluginHandle, 'framework' | 'activate'> & { readonly cluster: ClusterReader };
  readonly metrics: SchedulerMetrics;
  readonly activate: (pod: Pod) => void;
  readonly entries: readonly PluginEntry[];
}

/** One profile: makes its plugins, each once, and arranges them. */
function makeFramework(
  profile: Profile,
  { shared, metrics, activate, entries }: FrameworkParts,
): { framework: Framework; hints: HintTable } {
  const handle: PluginHandle = { ...shared, activate, framework: () => framework };
  const instances = new Map(
    usedPlugins(entries, profile.plugins).flatMap((name) => {
      const entry = entries.find((candidate) => candidate.name === name);
      return entry ? [[name, entry.create(handle, profile.args)] as const] : [];
    }),
  );
  const framework: Framework = new Framework({
    profile: profile.schedulerName,
    plugins: arrangePlugins(profile.schedulerName, profile.plugins, { entries, instances }),
    handle,
    percentageOfNodesToScore: profile.percentageOfNodesToScore,
    observe: (point, status, seconds) => metrics.extensionPoint(profile.schedulerName, point, status, seconds),
  });
  return { framework, hints: hintTable(instances.values()) };
}
