import { mkdir } from 'node:fs/promises';
import type { Client } from '@typekube/client';
import { aborted, type Clock, type Group, type Logger, runGroups, sleep } from '@typekube/component-base';
import { NodeAdmission } from './admission/admission';
import { ApiSide } from './api-side';
import type { KubeletConfiguration } from './config/configuration';
import { CgroupManager } from './container/pod-cgroup';
import { bytes } from './container/resources';
import { EvictionManager } from './eviction/eviction-manager';
import type { Pressure } from './eviction/signals';
import { reservedBy } from './eviction/thresholds';
import { ImageCollector } from './images/image-collector';
import { ImagePuller } from './images/image-puller';
import { LogRotator } from './logs/log-rotator';
import { keepLease } from './node/lease';
import { allocatableOf, goArchitecture, machineCapacity } from './node/machine';
import { NodeAgent } from './node/node-agent';
import type { NodeEvent } from './node/node-events';
import { nodeLabels } from './node/node-object';
import { type Pod, podText } from './objects';
import type { Paths } from './paths';
import { Backoff } from './pod/backoff';
import type { PodDeps, RecordPodEvent } from './pod/deps';
import { PodWorkers } from './pod/pod-workers';
import { runtimeHandlerOf } from './pod/runtime-handler';
import { ContainerStops } from './pod/stops';
import { ProbeManager } from './probes/probe-manager';
import { errorText } from './program';
import { followEvents } from './runtime/follow-events';
import type { PodEvent, Runtime } from './runtime/runtime';
import type { KubeletServer } from './server/server';
import { FileSource } from './static-pods/file-source';
import { staticChanges } from './static-pods/static-pods';
import { StatsProvider } from './stats/stats-provider';
import { LocalStatuses } from './status/statuses';
import type { VolumeSources } from './volumes/volume';
import { VolumeManager } from './volumes/volume-manager';

export interface KubeletOptions {
  /** Undefined for a kubelet of its own, which runs static pods alone. */
  readonly client: Client | undefined;
  readonly runtime: Runtime;
  readonly configuration: KubeletConfiguration;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly paths: Paths;
  /** Starts serving; it gets the pods once they are there. */
  readonly serve: (workers: PodWorkers, stats: StatsProvider) => Promise<KubeletServer>;
  readonly clock: Clock;
  readonly log: Logger;
}

const INITIAL_BACKOFF_MILLISECONDS = 10_000;
const HOUSEKEEPING_MILLISECONDS = 10_000;

/** Composes the kubelet and runs it until the signal is aborted. Containers go on without it. */
export async function runKubelet(options: KubeletOptions, signal: AbortSignal): Promise<void> {
  const { client, runtime, log, clock, paths, name } = options;
  await mkdir(paths.pods, { recursive: true, mode: 0o750 });
  const statics = {
    find: (fullName: string) => workers.findStatic(fullName),
    fullNames: () => workers.staticNames(),
  };
  const notify = (uid: string): void => workers.notify(uid);
  const api = client && new ApiSide({ client, name, statics, notify, clock, log });
  const deps = await podDeps(options, { api, notify });
  const workers: PodWorkers = new PodWorkers(deps, {
    admission: nodeAdmission(options, deps, { api, pressures: () => eviction.pressures }),
    onFinished: () => api?.mirrors.notify(),
  });
  const stats = new StatsProvider({ ...deps, nodeName: name, volumeMaxAge: options.configuration.eviction.volumeStatsPeriod });
  const images = new ImageCollector({ ...deps, rules: options.configuration.eviction.images, fileSystems: () => stats.fileSystems(), record: recordNode(options, api) });
  const eviction: EvictionManager = evictionManager(options, { workers, stats, images, record: recordNode(options, api), onChange: () => agent?.notify() });
  const logs = new LogRotator({ runtime, rules: options.configuration.containerLogs, clock, log });
  const server = await options.serve(workers, stats);
  const agent = api && client && nodeAgent({ ...options, client }, { api, server, pressures: () => eviction.pressures });
  const handlers = { onPod: (event: PodEvent): void => workers.happened(event), onAll: (): void => workers.notifyAll() };
  const files = followFiles(options, (gone, wanted) => {
    gone.forEach((pod) => workers.delete(pod));
    wanted.forEach((pod) => workers.update(pod));
    api?.mirrors.notify();
  });
  const known = async (stop: AbortSignal): Promise<void> => void (await Promise.all([files.known, api?.synced(stop)]));
  const running: Group = {
    name: 'loops',
    members: [
      ...(api && client && agent ? apiMembers({ ...options, client }, { api, workers, agent, filesKnown: files.known }) : []),
      { name: 'runtime events', run: ready((stop) => followEvents(runtime, handlers, { signal: stop, clock, log })) },
      { name: 'static pods', run: ready((stop) => files.run(stop)) },
      { name: 'housekeeping', run: abandoned((stop) => keepHouse(options, known, workers, stop)) },
      { name: 'eviction', run: abandoned((stop) => known(stop).then(() => eviction.run(stop))) },
      { name: 'images', run: abandoned((stop) => images.run(stop)) },
      { name: 'container logs', run: abandoned((stop) => logs.run(stop)) },
    ],
  };
  const events: Group[] = api ? [{ name: 'events', members: [{ name: 'events', run: ready((stop) => api.recorder.run(stop)) }] }] : [];
  await runGroups([...events, running], signal);
  workers.close();
  api?.close();
  await server.stop();
}

interface ApiParts {
  readonly api: ApiSide;
  readonly workers: PodWorkers;
  readonly agent: NodeAgent;
  readonly filesKnown: Promise<void>;
}

interface AgentParts {
  readonly api: ApiSide;
  readonly server: KubeletServer;
  readonly pressures: () => readonly Pressure[];
}

function nodeAgent(options: KubeletOptions & { readonly client: Client }, { api, server, pressures }: AgentParts): NodeAgent {
  const record = (event: NodeEvent): void => api.recordNode(event);
  const agent = new NodeAgent({ ...options, rootDir: options.paths.rootDir, port: server.port, pressures, record });
  api.ownNode.addHandler({ onAdd: (node) => agent.see(node), onUpdate: (node) => agent.see(node) });
  return agent;
}

/** What there is to tell of the node; in the log where there is no API. */
function recordNode({ log, name }: KubeletOptions, api: ApiSide | undefined): (event: NodeEvent) => void {
  return (event) => (api ? api.recordNode(event) : log.info('Event occurred', { object: name, ...event }));
}

interface EvictionParts {
  readonly workers: PodWorkers;
  readonly stats: StatsProvider;
  readonly images: ImageCollector;
  readonly record: (event: NodeEvent) => void;
  readonly onChange: () => void;
}

function evictionManager({ configuration, clock, log }: KubeletOptions, { workers, images, ...others }: EvictionParts): EvictionManager {
  return new EvictionManager({
    ...others,
    rules: configuration.eviction,
    pods: () => workers.evictable(),
    reclaimDisk: async () => {
      await workers.removeEnded();
      await images.removeUnused();
    },
    clock,
    log,
  });
}

/** What there is to do only where there is an API server. */
function apiMembers(options: KubeletOptions & { readonly client: Client }, { api, workers, agent, filesKnown }: ApiParts): Group['members'] {
  const { client, name, configuration, clock, log } = options;
  const lease = { client, name, durationSeconds: configuration.nodeLeaseDurationSeconds, clock, log };
  return [
    { name: 'node', run: abandoned((stop) => agent.run(stop)) },
    { name: 'own node', run: ready((stop) => api.ownNode.run(stop)) },
    { name: 'lease', run: ready((stop) => keepLease(lease, stop)) },
    { name: 'pods', run: ready((stop) => api.followPods(workers, stop)) },
    { name: 'mirror pods', run: ready((stop) => filesKnown.then(() => api.keepMirrors(stop))) },
  ];
}

interface Files {
  /** The files have been read once. */
  readonly known: Promise<void>;
  run(signal: AbortSignal): Promise<void>;
}

/** Tells of the pods that the files of the static pod path hold; of none where there is no such path. */
function followFiles(
  { configuration, name, clock, log }: KubeletOptions,
  onChange: (gone: readonly Pod[], wanted: readonly Pod[]) => void,
): Files {
  const { staticPodPath: path, fileCheckFrequency: frequency } = configuration;
  if (!path) return { known: Promise.resolve(), run: async () => undefined };
  let before: readonly Pod[] = [];
  let areKnown = (): void => undefined;
  const known = new Promise<void>((resolve) => (areKnown = resolve));
  const source = new FileSource({
    path,
    node: name,
    frequency,
    clock,
    log,
    onPods: (pods) => {
      const { gone, wanted } = staticChanges(before, pods);
      before = pods;
      if (gone.length || wanted.length) onChange(gone, wanted);
      areKnown();
    },
  });
  return {
    known,
    run: async (signal) => {
      await source.run(signal);
      areKnown();
    },
  };
}

function ready(
  run: (signal: AbortSignal) => Promise<void>,
): (context: { signal: AbortSignal; ready: () => void }) => Promise<void> {
  return (context) => {
    context.ready();
    return run(context.signal);
  };
}

/** What waits for the runtime is left where it is: a runtime that hangs must not keep a kubelet that stops. */
function abandoned(run: (signal: AbortSignal) => Promise<void>): ReturnType<typeof ready> {
  return ready((signal) => Promise.race([run(signal), aborted(signal)]));
}

interface Parts {
  readonly api: ApiSide | undefined;
  readonly notify: (uid: string) => void;
}

const noSource = (): Promise<never> => Promise.reject(new Error('this kubelet knows no API server'));
const NO_SOURCES: VolumeSources = { configMap: noSource, secret: noSource, serviceAccountToken: noSource, claimedVolume: noSource };

async function podDeps(options: KubeletOptions, { api, notify }: Parts): Promise<PodDeps> {
  const { client, runtime, configuration, paths, clock, log, name, addresses } = options;
  const inLog: RecordPodEvent = (pod, { type, reason, message }) => log.info('Event occurred', { object: podText(pod), type, reason, message });
  const record = api?.recordPod ?? inLog;
  const sources = (pod: Pod): VolumeSources => api?.sources.forPod(pod) ?? NO_SOURCES;
  const capacity = await machineCapacity(paths.rootDir, configuration.maxPods);
  return {
    runtime,
    images: new ImagePuller(runtime, clock, configuration.serializeImagePulls),
    volumes: new VolumeManager(paths, sources),
    probes: new ProbeManager({
      runtime,
      clock,
      log,
      onChange: notify,
      record: (pod, fieldPath, reason, message) => record(pod, { type: 'Warning', reason, message, fieldPath }),
    }),
    statuses: api?.statuses ?? new LocalStatuses(),
    cgroups: new CgroupManager(configuration.cgroupRoot),
    sources,
    release: (uid) => api?.sources.release(uid),
    runtimeHandler: (pod) => (client ? runtimeHandlerOf(pod, client) : Promise.resolve('')),
    services: () => api?.knownServices() ?? [],
    restarts: new Backoff(clock, INITIAL_BACKOFF_MILLISECONDS, configuration.maxRestartBackoff),
    stops: new ContainerStops(clock),
    record,
    paths,
    node: {
      name,
      hostIps: addresses,
      allocatable: allocatableOf(capacity, [...configuration.reserved, reservedBy(configuration.eviction.thresholds, capacity)]),
      memoryCapacity: bytes(capacity['memory']),
      dns: { servers: configuration.clusterDns, domain: configuration.clusterDomain, resolvConf: configuration.resolvConf },
      runtimeName: (await runtime.version()).runtimeName,
    },
    clock,
    log,
  };
}

interface AdmissionParts {
  readonly api: ApiSide | undefined;
  readonly pressures: () => readonly Pressure[];
}

function nodeAdmission({ name, labels, configuration }: KubeletOptions, { node }: PodDeps, { api, pressures }: AdmissionParts): NodeAdmission {
  return new NodeAdmission({
    name,
    labels: nodeLabels(name, goArchitecture(), labels),
    allocatable: node.allocatable,
    rules: { allowedUnsafeSysctls: configuration.allowedUnsafeSysctls },
    pressures,
    node: () => api?.node,
    fetchNode: () => (api ? api.fetchNode() : noSource()),
  });
}

/** Looks at every pod now and then, and removes what nobody wants. Only from when all pods are known: else everything would seem orphaned. */
async function keepHouse(
  { clock, log, configuration }: KubeletOptions,
  known: (signal: AbortSignal) => Promise<void>,
  workers: PodWorkers,
  signal: AbortSignal,
): Promise<void> {
  await known(signal);
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
