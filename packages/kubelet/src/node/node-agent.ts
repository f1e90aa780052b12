import type { corev1 } from '@typekube/api';
import { formatTime, hasReason, jsonEqual } from '@typekube/apimachinery';
import { type Client, type DeepReadonly, nodes, retryOnConflict } from '@typekube/client';
import { type Clock, KUBERNETES_VERSION, type Logger, sleep } from '@typekube/component-base';
import type { cri } from '@typekube/cri-api';
import type { KubeletConfiguration } from '../config/configuration';
import type { Pressure } from '../eviction/signals';
import { reservedBy } from '../eviction/thresholds';
import { errorText } from '../program';
import { type Runtime, runtimeErrorText } from '../runtime/runtime';
import { allocatableOf, goArchitecture, machineCapacity, nodeInfo } from './machine';
import { conditionEvents, type NodeEvent, rebootEvents, schedulableEvents } from './node-events';
import { nodeLabels, nodeStatus } from './node-object';

export interface NodeAgentOptions {
  readonly client: Client;
  readonly runtime: Runtime;
  readonly configuration: KubeletConfiguration;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly rootDir: string;
  readonly port: number;
  readonly pressures: () => readonly Pressure[];
  readonly record: (event: NodeEvent) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY_MILLISECONDS = 1000;
const MAX_IMAGES = 50;
/** While it is not ready yet, it looks more often: a node should be of use soon. */
const STARTING_MILLISECONDS = 500;

/** How a new node begins. */
const NOT_READY_YET = { type: 'Ready', status: 'False' };

/** Registers the node and keeps its status. */
export class NodeAgent {
  private current: corev1.Node | undefined;
  private reportedAt = 0;
  private hasStarted = false;
  private wasUnschedulable = false;
  /** The newest version of the node that the server has told of. */
  private seen = 0;
  private wake = new AbortController();

  constructor(private readonly options: NodeAgentOptions) {}

  /** The server has the node so. What others have written of its status is put right with the next update: nobody else may say how it is. */
  see(node: DeepReadonly<corev1.Node>): void {
    const { name, record } = this.options;
    const isUnschedulable = node.spec?.unschedulable ?? false;
    for (const event of schedulableEvents(name, this.wasUnschedulable, isUnschedulable)) record(event);
    this.wasUnschedulable = isUnschedulable;
    this.seen = Number(node.metadata.resourceVersion);
  }

  /** Something of the node has changed that is to be told at once. */
  notify(): void {
    this.wake.abort();
  }

  /** Keeps the node's status until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, configuration, log } = this.options;
    let wasReady = false;
    signal.addEventListener('abort', () => this.notify(), { once: true });
    while (!signal.aborted) {
      this.wake = new AbortController();
      try {
        wasReady = await this.update();
      } catch (error) {
        log.warn('Unable to update the node status; trying again', { error: errorText(error) });
      }
      const pause = wasReady ? configuration.nodeStatusUpdateFrequency : STARTING_MILLISECONDS;
      await sleep(clock, this.current ? pause : RETRY_MILLISECONDS, this.wake.signal).catch(() => undefined);
    }
  }

  /** Whether the node is ready. Rejects where the server cannot be reached. */
  private async update(): Promise<boolean> {
    const { client, name, configuration } = this.options;
    const old = await this.known();
    if (!old) return false;
    const status = await this.status(old);
    const isReady = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
    const isOld = this.options.clock.now() - this.reportedAt >= configuration.nodeStatusReportFrequency;
    if (!isOld && isSame(old.status, status)) return isReady;
    this.current = await retryOnConflict(async () => {
      const node = await client.for(nodes).get(name);
      const written = await client.for(nodes).updateStatus({ ...node, status: await this.status(node) });
      this.tell(node.status, written.status);
      return written;
    }).catch((error: unknown) => {
      if (hasReason(error, 'NotFound')) this.current = undefined;
      throw error;
    });
    this.reportedAt = this.options.clock.now();
    return isReady;
  }

  /** As this kubelet has read or written it last, unless others have changed it since. */
  private async known(): Promise<corev1.Node | undefined> {
    const { client, name } = this.options;
    if (!this.current || this.seen <= Number(this.current.metadata.resourceVersion)) return this.current ?? this.register();
    return (this.current = await client.for(nodes).get(name));
  }

  /** The node as it is on the server, made if it may be and is not there; its labels are brought up to date. */
  private async register(): Promise<corev1.Node | undefined> {
    const { client, name, labels, configuration, log } = this.options;
    const wanted = nodeLabels(name, goArchitecture(), labels);
    const existing = await client
      .for(nodes)
      .get(name)
      .catch((error: unknown) => {
        if (hasReason(error, 'NotFound')) return undefined;
        throw error;
      });
    if (existing) {
      const isLabelled = Object.entries(wanted).every(([key, value]) => existing.metadata.labels?.[key] === value);
      this.current = isLabelled
        ? existing
        : await client.for(nodes).patch(name, { type: 'merge', body: { metadata: { labels: wanted } } });
      log.info('Node was previously registered', { node: name });
      this.tellStart();
      this.tell(undefined, await this.status(existing));
      return this.current;
    }
    if (!configuration.registerNode) return undefined;
    const node: corev1.Node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: wanted }, spec: {} };
    this.current = await client.for(nodes).create({ ...node, status: await this.status(undefined) });
    log.info('Successfully registered node', { node: name });
    this.tellStart();
    this.tell({ conditions: [NOT_READY_YET] }, this.current.status);
    return this.current;
  }

  /** Not before the server has answered: what it refuses while it starts is not told again. */
  private tellStart(): void {
    if (!this.hasStarted) this.options.record({ type: 'Normal', reason: 'Starting', message: 'Starting kubelet.' });
    this.hasStarted = true;
  }

  /** What has changed; before the first status of this kubelet, nothing was known. */
  private tell(before: Pick<corev1.NodeStatus, 'conditions' | 'nodeInfo'> | undefined, after: corev1.NodeStatus = {}): void {
    const { name, record } = this.options;
    const events = [...conditionEvents(name, before?.conditions ?? [], after.conditions ?? []), ...rebootEvents(name, before, after)];
    for (const event of events) record(event);
  }

  private async status(old: corev1.Node | undefined): Promise<corev1.NodeStatus> {
    const { name, addresses, rootDir, configuration, port, clock } = this.options;
    const [capacity, runtime] = await Promise.all([machineCapacity(rootDir, configuration.maxPods), this.runtimeFindings()]);
    return nodeStatus({
      name,
      addresses,
      capacity,
      allocatable: allocatableOf(capacity, [...configuration.reserved, reservedBy(configuration.eviction.thresholds, capacity)]),
      info: await nodeInfo({ runtimeVersion: runtime.version, kubeletVersion: KUBERNETES_VERSION.gitVersion }),
      port,
      images: runtime.images,
      problems: runtime.problems,
      pressures: this.options.pressures(),
      now: formatTime(new Date(clock.now())),
      old,
    });
  }

  private async runtimeFindings(): Promise<{ version: string; problems: string[]; images: corev1.ContainerImage[] }> {
    const { runtime } = this.options;
    try {
      const [{ runtimeName, runtimeVersion }, { status }, { images }] = await Promise.all([
        runtime.version(),
        runtime.services.Status({ verbose: false }),
        runtime.images.ListImages({}),
      ]);
      const problems = (status?.conditions ?? []).filter((condition) => !condition.status).map(problemText);
      return {
        version: `${runtimeName}://${runtimeVersion}`,
        problems,
        images: images
          .sort((a, b) => b.size - a.size)
          .slice(0, MAX_IMAGES)
          .map(toImage),
      };
    } catch (error) {
      return { version: '', problems: [`container runtime is down: ${runtimeErrorText(error)}`], images: [] };
    }
  }
}

function problemText({ type, reason, message }: cri.RuntimeCondition): string {
  const what = type === 'NetworkReady' ? 'container runtime network not ready' : 'container runtime not ready';
  return `${what}: ${type}=false reason:${reason} message:${message}`;
}

function toImage({ repoTags, repoDigests, size }: cri.Image): corev1.ContainerImage {
  return { names: [...repoDigests, ...repoTags].slice(0, 5), sizeBytes: size };
}

/** Heartbeat times do not count as changes. */
function isSame(old: corev1.Node['status'], status: corev1.NodeStatus): boolean {
  const strip = (from: corev1.Node['status']): unknown => ({
    ...from,
    conditions: from?.conditions?.map(({ lastHeartbeatTime: _, ...rest }) => rest),
  });
  return jsonEqual(strip(old), strip(status));
}
