import { setMaxListeners } from 'node:events';
import { qualifiedResource } from '@typekube/apimachinery';
import { type ApiResource, type DiscoveryClient, Informer, type ResourceRef } from '@typekube/client';
import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { messageOf } from '../shared/pod-control';
import type { DependencyGraph, GraphWork } from './graph';
import type { MetadataClient } from '../shared/metadata-client';

export interface MonitorOptions {
  readonly discovery: DiscoveryClient;
  readonly metadata: MetadataClient;
  readonly graph: DependencyGraph;
  readonly enqueue: (work: GraphWork) => void;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** How often new kinds are looked for. */
const DISCOVERY_MILLISECONDS = 30_000;
/** One resource that cannot be listed must not stop the collection of all others. */
const SYNC_MILLISECONDS = 30_000;
/** Nothing owns events, and there are many. */
const IGNORED = new Set(['events', 'events.events.k8s.io']);
const NEEDED_VERBS = ['delete', 'list', 'watch'];

interface Monitor {
  readonly informer: ReturnType<Monitors['newInformer']>;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** An informer of the metadata of every resource that can be deleted, as discovery finds them; they feed the graph. */
export class Monitors {
  private readonly running = new Map<string, Monitor>();
  private markStarted: () => void = () => undefined;
  private readonly started = new Promise<void>((resolve) => (this.markStarted = resolve));

  constructor(private readonly options: MonitorOptions) {}

  /** Resolves when all resources of the first discovery are in the graph, or have had their time to be. */
  async synced(signal: AbortSignal): Promise<void> {
    await this.started;
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(SYNC_MILLISECONDS)]);
    setMaxListeners(0, limit);
    const waits = [...this.running.values()].map(({ informer }) => informer.synced(limit));
    const results = await Promise.allSettled(waits);
    signal.throwIfAborted();
    const missing = results.filter(({ status }) => status === 'rejected').length;
    if (missing > 0) this.options.logger.warn('Some resources cannot be listed; going on without them', { resources: missing });
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch((error: unknown) => {
        this.options.logger.warn('Discovery failed; trying again', { error: messageOf(error) });
      });
      const pause = this.running.size > 0 ? DISCOVERY_MILLISECONDS : 1000;
      await sleep(this.options.clock, pause, signal).catch(() => undefined);
    }
    // Who waits for a first discovery that never succeeded must end, too.
    this.markStarted();
    for (const { stop } of this.running.values()) stop.abort();
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  /** A resource whose group cannot be asked keeps its monitor: its objects are not gone. */
  private async look(): Promise<void> {
    const { discovery } = this.options;
    discovery.invalidate();
    const { resources, failed } = await discovery.get();
    const wanted = preferred(resources.filter(isDeletable));
    for (const [key, resource] of wanted) if (!this.running.has(key)) this.start(key, resource);
    if (failed.length === 0) for (const key of this.running.keys()) if (!wanted.has(key)) this.end(key);
    this.markStarted();
  }

  private start(key: string, resource: ApiResource): void {
    const stop = new AbortController();
    const informer = this.newInformer(resource);
    this.running.set(key, { informer, stop, done: informer.run(stop.signal) });
  }

  private end(key: string): void {
    const monitor = this.running.get(key);
    monitor?.stop.abort();
    this.running.delete(key);
    const { graph, enqueue } = this.options;
    for (const { metadata } of monitor?.informer.indexer.list() ?? []) enqueue(graph.remove(metadata.uid ?? ''));
  }

  private newInformer({ group, version, name, kind, namespaced }: ApiResource) {
    const { metadata, graph, enqueue, logger } = this.options;
    const ref: ResourceRef = { group, version, resource: name, kind, namespaced };
    const apiVersion = group ? `${group}/${version}` : version;
    const informer = new Informer(ref, metadata.for(ref), {
      logger,
      // What comes is of kind PartialObjectMetadata; the graph wants to know whose.
      transform: (object) => ({ apiVersion, kind, metadata: { ...object.metadata, managedFields: [], annotations: {}, labels: {} } }),
    });
    informer.addHandler({
      onAdd: (object) => enqueue(graph.observe(object)),
      onUpdate: (object) => enqueue(graph.observe(object)),
      onDelete: (object) => enqueue(graph.remove(object.metadata.uid ?? '')),
    });
    return informer;
  }
}

function isDeletable(resource: ApiResource): boolean {
  return (
    !resource.name.includes('/') &&
    !IGNORED.has(qualifiedResource({ group: resource.group, resource: resource.name })) &&
    NEEDED_VERBS.every((verb) => resource.verbs.includes(verb))
  );
}

/** Each resource in one version: discovery puts the preferred one first. */
function preferred(resources: readonly ApiResource[]): Map<string, ApiResource> {
  const found = new Map<string, ApiResource>();
  for (const resource of resources) {
    const key = qualifiedResource({ group: resource.group, resource: resource.name });
    if (!found.has(key)) found.set(key, resource);
  }
  return found;
}
