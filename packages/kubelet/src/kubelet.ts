import { mkdir } from 'node:fs/promises';
import type { corev1 } from '@typekube/api';
import { type Client, EventBroadcaster, Informer, InformerFactory, nodes, pods, referenceTo, services } from '@typekube/client';
import { type Clock, type Group, type Logger, runGroups, sleep } from '@typekube/component-base';
import type { KubeletConfiguration } from './config/configuration';
import { CgroupManager } from './container/pod-cgroup';
import { ImagePuller } from './images/image-puller';
import { keepLease } from './node/lease';
import { allocatableOf, machineCapacity } from './node/machine';
import { NodeAgent } from './node/node-agent';
import type { NodeEvent } from './node/node-events';
import type { Paths } from './paths';
import { Backoff } from './pod/backoff';
import type { PodDeps, RecordPodEvent } from './pod/deps';
import { PodWorkers } from './pod/pod-workers';
import { ContainerStops } from './pod/stops';
import { ProbeManager } from './probes/probe-manager';
import { errorText } from './program';
import { followEvents } from './runtime/follow-events';
import type { PodEvent, Runtime } from './runtime/runtime';
import { bytes } from './container/resources';
import type { KubeletServer } from './server/server';
import { ApiSources } from './sources';
import { StatusWriter } from './status/status-writer';
import { VolumeManager } from './volumes/volume-manager';

export interface KubeletOptions {
  readonly client: Client;
  readonly runtime: Runtime;
  readonly configuration: KubeletConfiguration;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly paths: Paths;
  /** Starts serving; it gets the pods once they are there. */
  readonly serve: (workers: PodWorkers) => Promise<KubeletServer>;
  readonly clock: Clock;
  readonly log: Logger;
}

const INITIAL_BACKOFF_MILLISECONDS = 10_000;
const HOUSEKEEPING_MILLISECONDS = 10_000;

/** Composes the kubelet and runs it until the signal is aborted. Containers go on without it. */
export async function runKubelet(options: KubeletOptions, signal: AbortSignal): Promise<void> {
  const { client, runtime, log, clock, configuration, paths } = options;
  await mkdir(paths.pods, { recursive: true, mode: 0o750 });
  const recorder = new EventBroadcaster({ client, component: 'kubelet', host: options.name, logger: log });
  const informers = new InformerFactory(client, { logger: log });
  const podInformer = new Informer(pods, client.for(pods), {
    selection: { fieldSelector: `spec.nodeName=${options.name}` },
    logger: log,
  });
  const sources = new ApiSources({ client, log, onChange: (uids) => uids.forEach((uid) => workers.notify(uid)) });
  const workers: PodWorkers = new PodWorkers(
    await podDeps(options, { informers, sources, recorder, notify: (uid) => workers.notify(uid) }),
  );
  const server = await options.serve(workers);
  const agent = new NodeAgent({ ...options, rootDir: paths.rootDir, port: server.port, record: nodeRecorder(recorder, options.name) });
  const ownNode = new Informer(nodes, client.for(nodes), { selection: { fieldSelector: `metadata.name=${options.name}` }, logger: log });
  ownNode.addHandler({ onAdd: (node) => agent.see(node), onUpdate: (node) => agent.see(node) });
  const lease = { client, name: options.name, durationSeconds: configuration.nodeLeaseDurationSeconds, clock, log };
  const handlers = { onPod: (event: PodEvent): void => workers.happened(event), onAll: (): void => workers.notifyAll() };
  const running: Group = {
    name: 'loops',
    members: [
      { name: 'node', run: ready((stop) => agent.run(stop)) },
      { name: 'own node', run: ready((stop) => ownNode.run(stop)) },
      { name: 'lease', run: ready((stop) => keepLease(lease, stop)) },
      { name: 'runtime events', run: ready((stop) => followEvents(runtime, handlers, { signal: stop, clock, log })) },
      { name: 'pods', run: ready((stop) => followPods(podInformer, informers, workers, stop)) },
      { name: 'housekeeping', run: ready((stop) => keepHouse(options, podInformer, workers, stop)) },
    ],
  };
  await runGroups([{ name: 'events', members: [{ name: 'events', run: ready((stop) => recorder.run(stop)) }] }, running], signal);
  workers.close();
  sources.close();
  await server.stop();
}

function ready(
  run: (signal: AbortSignal) => Promise<void>,
): (context: { signal: AbortSignal; ready: () => void }) => Promise<void> {
  return (context) => {
    context.ready();
    return run(context.signal);
  };
}

/** Events of a node bear its name for its uid, as upstream's do: the kubelet may speak before the node is there. */
function nodeRecorder(recorder: EventBroadcaster, name: string): (event: NodeEvent) => void {
  const node = { apiVersion: 'v1', kind: 'Node', name, uid: name };
  return ({ type, reason, message }) => recorder.event(node, type, reason, message);
}

interface Parts {
  readonly informers: InformerFactory;
  readonly sources: ApiSources;
  readonly recorder: EventBroadcaster;
  readonly notify: (uid: string) => void;
}

async function podDeps(options: KubeletOptions, { informers, sources, recorder, notify }: Parts): Promise<PodDeps> {
  const { client, runtime, configuration, paths, clock, log, name, addresses } = options;
  const record: RecordPodEvent = (pod, { type, reason, message, fieldPath }) =>
    recorder.event(referenceTo({ ...pod, apiVersion: 'v1', kind: 'Pod' }, fieldPath), type, reason, message);
  const capacity = await machineCapacity(paths.rootDir, configuration.maxPods);
  const serviceInformer = informers.for(services);
  return {
    runtime,
    images: new ImagePuller(runtime, clock, configuration.serializeImagePulls),
    volumes: new VolumeManager(paths, (pod) => sources.forPod(pod)),
    probes: new ProbeManager({
      runtime,
      clock,
      log,
      onChange: notify,
      record: (pod, fieldPath, reason, message) => record(pod, { type: 'Warning', reason, message, fieldPath }),
    }),
    statuses: new StatusWriter(client, { clock, log }),
    cgroups: new CgroupManager(configuration.cgroupRoot),
    sources: (pod) => sources.forPod(pod),
    release: (uid) => sources.release(uid),
    services: () => serviceInformer.indexer.list(),
    restarts: new Backoff(clock, INITIAL_BACKOFF_MILLISECONDS, configuration.maxRestartBackoff),
    stops: new ContainerStops(clock),
    record,
    paths,
    node: {
      name,
      hostIps: addresses,
      allocatable: allocatableOf(capacity, configuration.reserved),
      memoryCapacity: bytes(capacity['memory']),
      dns: { servers: configuration.clusterDns, domain: configuration.clusterDomain, resolvConf: configuration.resolvConf },
      runtimeName: (await runtime.version()).runtimeName,
      rules: { allowedUnsafeSysctls: configuration.allowedUnsafeSysctls },
    },
    clock,
    log,
  };
}

/** Pods begin when the services are known: containers are told of them. */
async function followPods(
  informer: Informer<corev1.Pod>,
  informers: InformerFactory,
  workers: PodWorkers,
  signal: AbortSignal,
): Promise<void> {
  const all = informers.run(signal);
  await informers.synced(signal).catch(() => undefined);
  informer.addHandler({
    onAdd: (pod) => workers.update(pod),
    onUpdate: (pod) => workers.update(pod),
    onDelete: (pod) => workers.delete(pod),
  });
  await Promise.all([all, informer.run(signal)]);
}

/** Looks at every pod now and then, and removes what nobody wants. Only from when all pods are known: else everything would seem orphaned. */
async function keepHouse(
  { clock, log, configuration }: KubeletOptions,
  informer: { synced(signal: AbortSignal): Promise<void> },
  workers: PodWorkers,
  signal: AbortSignal,
): Promise<void> {
  await informer.synced(signal).catch(() => undefined);
  for (let last = clock.now(); !signal.aborted;) {
    await workers
      .cleanUpOrphans()
      .catch((error: unknown) => log.warn('Housekeeping failed; trying again', { error: errorText(error) }));
    if (clock.now() - last >= configuration.syncFrequency) {
      last = clock.now();
      workers.notifyAll();
    }
    await sleep(clock, HOUSEKEEPING_MILLISECONDS, signal).catch(() => undefined);
  }
}
