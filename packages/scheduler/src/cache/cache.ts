import { type Clock, systemClock, type Timer } from '@typekube/component-base';
import { type Node, nodeName, type Pod, uidOf } from '../framework/objects';
import { NodeColumns } from './columns';
import { ImageTable } from './images';
import { NodeInfo } from './node-info';
import { NodeTree } from './node-tree';
import { podInfoOf } from './pod-info';
import type { Snapshot } from './snapshot';

interface PodState {
  pod: Pod;
  /** Not seen on its node yet, but on its way there. */
  assumed: boolean;
  expiry: Timer | undefined;
}

export interface CacheOptions {
  readonly clock?: Clock;
  /**
   * How long a bound pod may stay unconfirmed by the API server before it is forgotten, in milliseconds. Default 0: for ever,
   * as upstream, where only an answer counts.
   */
  readonly assumedPodTtl?: number;
}

/** Nodes and the pods on them, those included that are about to be bound. (scheduler/backend/cache) */
export class SchedulerCache {
  private readonly columns = new NodeColumns();
  private readonly nodeInfos = new Map<string, NodeInfo>();
  private readonly pods = new Map<string, PodState>();
  private readonly tree = new NodeTree();
  private readonly images = new ImageTable();
  private readonly clock: Clock;
  private readonly assumedPodTtl: number;
  private order: readonly NodeInfo[] | undefined;

  constructor({ clock = systemClock, assumedPodTtl = 0 }: CacheOptions = {}) {
    this.clock = clock;
    this.assumedPodTtl = assumedPodTtl;
  }

  addNode(node: Node): void {
    const info = this.nodeInfo(nodeName(node));
    if (info.node) this.tree.remove(info.node);
    info.setNode(node);
    this.tree.add(node);
    info.images = this.images.update(node);
    this.order = undefined;
  }

  updateNode(node: Node): void {
    const info = this.nodeInfo(nodeName(node));
    const before = info.node;
    if (!before) return this.addNode(node);
    info.setNode(node);
    info.images = this.images.update(node);
    this.tree.remove(before);
    this.tree.add(node);
    this.order = undefined;
  }

  /** Forgets a node; its pods stay known until they are removed. */
  removeNode(node: Node): void {
    const info = this.nodeInfos.get(nodeName(node));
    if (!info) return;
    this.images.remove(info.name);
    if (info.node) this.tree.remove(info.node);
    info.removeNode();
    this.dropIfEmpty(info);
    this.order = undefined;
  }

  /** Counts a pod on its spec.nodeName before the API server has said so. Throws if the pod is there already. */
  assume(pod: Pod): void {
    const uid = uidOf(pod);
    if (this.pods.has(uid)) throw new Error(`pod ${uid} is in the cache, so can't be assumed`);
    this.pods.set(uid, { pod, assumed: true, expiry: undefined });
    this.nodeOf(pod).addPod(podInfoOf(pod));
  }

  /** The pod is bound; from now on its assumption may expire. */
  finishBinding(pod: Pod): void {
    const state = this.pods.get(uidOf(pod));
    if (!state?.assumed || this.assumedPodTtl === 0) return;
    state.expiry = this.clock.after(this.assumedPodTtl, () => this.forget(state.pod));
  }

  /** Takes an assumption back. Without effect on a pod that is not assumed. */
  forget(pod: Pod): void {
    const state = this.pods.get(uidOf(pod));
    if (state?.assumed) this.drop(state);
  }

  /** A pod on a node, as the API server has it; confirms an assumption, or corrects it. */
  addPod(pod: Pod): void {
    const state = this.pods.get(uidOf(pod));
    if (state) this.drop(state);
    this.pods.set(uidOf(pod), { pod, assumed: false, expiry: undefined });
    this.nodeOf(pod).addPod(podInfoOf(pod));
  }

  updatePod(pod: Pod): void {
    this.addPod(pod);
  }

  removePod(pod: Pod): void {
    const state = this.pods.get(uidOf(pod));
    if (state) this.drop(state);
  }

  isAssumed(pod: Pod): boolean {
    return this.pods.get(uidOf(pod))?.assumed ?? false;
  }

  /** How many pods are known, and how many of them are assumed. */
  counts(): { readonly nodes: number; readonly pods: number; readonly assumedPods: number } {
    let assumedPods = 0;
    for (const { assumed } of this.pods.values()) if (assumed) assumedPods++;
    return { nodes: this.list().length, pods: this.pods.size, assumedPods };
  }

  /** The nodes as they are now. Valid until control is given back: see Snapshot. */
  snapshot(): Snapshot {
    const nodes = this.list();
    return {
      nodes,
      nodesWithAffinityPods: nodes.filter(({ podsWithAffinity }) => podsWithAffinity.length > 0),
      nodesWithRequiredAntiAffinityPods: nodes.filter(
        ({ podsWithRequiredAntiAffinity }) => podsWithRequiredAntiAffinity.length > 0,
      ),
      get: (name) => {
        const info = this.nodeInfos.get(name);
        return info?.node ? info : undefined;
      },
    };
  }

  private list(): readonly NodeInfo[] {
    this.order ??= this.tree.list().map((name) => this.nodeInfo(name));
    return this.order;
  }

  private nodeOf(pod: Pod): NodeInfo {
    return this.nodeInfo(pod.spec?.nodeName ?? '');
  }

  private nodeInfo(name: string): NodeInfo {
    const found = this.nodeInfos.get(name);
    if (found) return found;
    const info = new NodeInfo(name, this.columns);
    this.nodeInfos.set(name, info);
    return info;
  }

  private drop(state: PodState): void {
    state.expiry?.cancel();
    this.pods.delete(uidOf(state.pod));
    const info = this.nodeOf(state.pod);
    info.removePod(state.pod);
    this.dropIfEmpty(info);
  }

  private dropIfEmpty(info: NodeInfo): void {
    if (info.node || info.pods.length) return;
    this.nodeInfos.delete(info.name);
    this.columns.release(info.row);
  }
}
