import { formatTime, hasReason } from '@typekube/apimachinery';
import { Controller, leases, nodes, pods, watching } from '@typekube/client';
import { withCondition } from '../shared/conditions';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { every } from '../shared/every';
import type { Node, Pod } from '../shared/objects';
import { isPodReady } from '../shared/pod-state';
import { BY_NODE, nodeIndex } from '../shared/node-index';
import { type NodeHealth, planHealth } from './plan-health';
import { mayEvict, planNoScheduleTaints, planTaints, readyStatus, type Taint } from './plan-taints';

export interface NodeLifecycleOptions {
  readonly nodeMonitorPeriod: number;
  readonly nodeMonitorGracePeriod: number;
  readonly nodeStartupGracePeriod: number;
}

/** Sees nodes go silent, says so in their conditions and taints, and that their pods are not ready. */
export function nodeLifecycleController(deps: ControllerDeps, options: NodeLifecycleOptions): Runnable {
  const monitor = new NodeMonitor(deps, options);
  return { run: (signal) => monitor.run(signal) };
}

const LEASE_NAMESPACE = 'kube-node-lease';

class NodeMonitor {
  private readonly nodes;
  private readonly pods;
  private readonly leases;
  private readonly health = new Map<string, NodeHealth>();

  constructor(
    private readonly deps: ControllerDeps,
    private readonly options: NodeLifecycleOptions,
  ) {
    this.nodes = deps.informers.for(nodes);
    this.pods = deps.informers.for(pods);
    this.leases = deps.informers.for(leases, { namespace: LEASE_NAMESPACE });
    this.pods.addIndex(BY_NODE, nodeIndex);
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all([this.nodes.synced(signal), this.pods.synced(signal), this.leases.synced(signal)]);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    const { clock, logger } = this.deps;
    const work = (ending: AbortSignal): Promise<void> => this.look(ending);
    await Promise.all([
      every({ name: 'node_lifecycle', milliseconds: this.options.nodeMonitorPeriod, clock, logger, work }, signal),
      this.follower().run(signal),
    ]);
  }

  /** Opens a node that has become ready to pods at once, and closes one that says it is not. */
  private follower(): Runnable {
    const { clock, logger, metrics } = this.deps;
    return new Controller({
      name: 'node_lifecycle_taints',
      watches: [watching(this.nodes)],
      reconcile: async (key, { signal }) => {
        const node = this.nodes.indexer.get(key);
        if (node) await this.setTaints(node, planNoScheduleTaints(node, clock.now()), signal);
      },
      metrics: metrics('node_lifecycle_taints'),
      logger,
      clock,
    });
  }

  /** Health first, for all; then taints, by how all of them stand. */
  private async look(signal: AbortSignal): Promise<void> {
    const all = this.nodes.indexer.list();
    this.forget(all);
    const looked = await Promise.all(all.map((node) => this.checkHealth(node, signal)));
    const evict = mayEvict(looked);
    await Promise.all(looked.map((node) => this.taint(node, { evict, signal })));
    await Promise.all(looked.filter((node) => readyStatus(node) !== 'True').map((node) => this.markPods(node, signal)));
  }

  private forget(all: readonly Node[]): void {
    const names = new Set(all.map(({ metadata }) => metadata.name ?? ''));
    for (const name of this.health.keys()) {
      if (names.has(name)) continue;
      this.health.delete(name);
      this.tell(name, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
    }
  }

  private async checkHealth(node: Node, signal: AbortSignal): Promise<Node> {
    const { name = '' } = node.metadata;
    const previous = this.health.get(name);
    const { uid } = node.metadata;
    if (!previous) this.tell(name, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`, uid);
    const { health, conditions } = planHealth(node, {
      renewal: this.leases.indexer.get(`${LEASE_NAMESPACE}/${name}`)?.spec?.renewTime ?? '',
      previous,
      now: this.deps.clock.now(),
      graceMilliseconds: this.options.nodeMonitorGracePeriod,
      startupGraceMilliseconds: this.options.nodeStartupGracePeriod,
    });
    this.health.set(name, health);
    if (!conditions) return node;
    const wasReady = readyStatus(node) === 'True';
    const changed = await this.write(node, () => {
      return this.deps.client.for(nodes).updateStatus({ ...node, status: { ...node.status, conditions } }, { signal });
    });
    if (wasReady) this.tell(name, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`, uid);
    return changed;
  }

  private async taint(node: Node, { evict, signal }: { readonly evict: boolean; readonly signal: AbortSignal }): Promise<void> {
    await this.setTaints(node, planTaints(node, { evict, now: this.deps.clock.now() }), signal);
  }

  private async setTaints(node: Node, taints: Taint[] | undefined, signal: AbortSignal): Promise<void> {
    if (!taints) return;
    const { name = '', resourceVersion } = node.metadata;
    // A list of patches by key would merge the two effects of one key: the whole list is replaced, if nobody changed the node.
    const body = { metadata: { resourceVersion }, spec: { taints } };
    await this.write(node, () => this.deps.client.for(nodes).patch(name, { type: 'merge', body }, { signal }));
  }

  /** Nobody else says that the pods of a silent node are not ready; without it services would go on to use them. */
  private async markPods({ metadata }: Node, signal: AbortSignal): Promise<void> {
    const ready = this.pods.indexer.byIndex(BY_NODE, metadata.name ?? '').filter(isPodReady);
    await Promise.all(ready.map((pod) => this.markPod(pod, signal)));
  }

  private async markPod(pod: Pod, signal: AbortSignal): Promise<void> {
    const { namespace = '', name = '' } = pod.metadata;
    const time = formatTime(new Date(this.deps.clock.now()));
    const old = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    const unready = { ...old, type: 'Ready', status: 'False', lastTransitionTime: time };
    const conditions = withCondition(pod.status?.conditions, unready);
    const body = { metadata: { uid: pod.metadata.uid }, status: { conditions } };
    try {
      await this.deps.client.for(pods, namespace).patch(name, { type: 'strategic', body }, { subresource: 'status', signal });
      this.deps.recordEvent(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }

  /** A node that was changed meanwhile is looked at again in the next round; one that is gone is no matter. */
  private async write(node: Node, write: () => Promise<Node>): Promise<Node> {
    try {
      return await write();
    } catch (error) {
      if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict')) return node;
      throw error;
    }
  }

  /** Events of nodes bear the name as UID, as upstream's do. */
  private tell(name: string, reason: string, message: string, uid = name): void {
    this.deps.recordEvent({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid } }, 'Normal', reason, message);
  }
}
