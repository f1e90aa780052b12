import { type Node, nodeName, type Pod, type Taint, uidOf } from '../framework/objects';
import { NodeColumns } from './columns';
import { HostPorts } from './host-ports';
import { type PodInfo, podInfoOf } from './pod-info';
import { amountOf, resourcesOf } from './resources';

/** An image on a node: its size in bytes and how many nodes have it. Shared by all these nodes. */
export interface ImageState {
  readonly size: number;
  readonly nodes: Set<string>;
}

const NO_TAINTS: readonly Taint[] = [];
const NO_LABELS: Readonly<Record<string, string>> = {};

/** A node with its pods, assumed ones too. Its numbers lie in the row `row` of `columns`. (framework.NodeInfo) */
export class NodeInfo {
  readonly pods: PodInfo[] = [];
  readonly podsWithAffinity: PodInfo[] = [];
  readonly podsWithRequiredAntiAffinity: PodInfo[] = [];
  hostPorts = new HostPorts();
  /** By every name that the node gives an image. */
  images: ReadonlyMap<string, ImageState> = new Map();

  constructor(
    readonly name: string,
    readonly columns: NodeColumns,
    readonly row: number = columns.allocate(),
    private current?: Node,
  ) {}

  /** Makes the info of a node alone, with the pods on it. */
  static of(node: Node, pods: readonly Pod[] = []): NodeInfo {
    const info = new NodeInfo(nodeName(node), new NodeColumns(1));
    info.setNode(node);
    for (const pod of pods) info.addPod(podInfoOf(pod));
    return info;
  }

  /** The node; absent while only pods on it are known. */
  get node(): Node | undefined {
    return this.current;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.current?.metadata.labels ?? NO_LABELS;
  }

  get taints(): readonly Taint[] {
    return this.current?.spec?.taints ?? NO_TAINTS;
  }

  get isUnschedulable(): boolean {
    return this.current?.spec?.unschedulable === true;
  }

  /** Takes a new state of the node. Throws a QuantityError where an amount is none. */
  setNode(node: Node): void {
    const allocatable = node.status?.allocatable;
    this.columns.allocatable.set(this.row, resourcesOf(allocatable));
    this.columns.allowedPods[this.row] = amountOf('pods', allocatable?.['pods'] ?? '0');
    this.current = node;
  }

  /** The node is gone while its pods are still known. */
  removeNode(): void {
    this.columns.allocatable.clear(this.row);
    this.columns.allowedPods[this.row] = 0;
    this.current = undefined;
    this.images = new Map();
  }

  addPod(info: PodInfo): void {
    this.pods.push(info);
    if (info.hasAffinity) this.podsWithAffinity.push(info);
    if (info.requiredAntiAffinity.length) this.podsWithRequiredAntiAffinity.push(info);
    for (const port of info.hostPorts) this.hostPorts.add(port);
    this.columns.addPod(this.row, info, 1);
  }

  /** Takes a pod away; false if it was not there. */
  removePod(pod: Pod): boolean {
    const uid = uidOf(pod);
    const removed = removeByUid(this.pods, uid);
    if (!removed) return false;
    removeByUid(this.podsWithAffinity, uid);
    removeByUid(this.podsWithRequiredAntiAffinity, uid);
    for (const port of removed.hostPorts) this.hostPorts.remove(port);
    this.columns.addPod(this.row, removed, -1);
    return true;
  }

  /** A copy with numbers of its own: for trying what would be. */
  clone(): NodeInfo {
    const columns = new NodeColumns(1);
    const copy = new NodeInfo(this.name, columns, columns.allocate(), this.current);
    columns.copyRow(this.columns, this.row, copy.row);
    copy.pods.push(...this.pods);
    copy.podsWithAffinity.push(...this.podsWithAffinity);
    copy.podsWithRequiredAntiAffinity.push(...this.podsWithRequiredAntiAffinity);
    copy.hostPorts = this.hostPorts.clone();
    copy.images = this.images;
    return copy;
  }
}

function removeByUid(pods: PodInfo[], uid: string): PodInfo | undefined {
  const i = pods.findIndex(({ pod }) => uidOf(pod) === uid);
  if (i < 0) return undefined;
  const removed = pods[i];
  const last = pods.pop();
  if (last && i < pods.length) pods[i] = last;
  return removed;
}
