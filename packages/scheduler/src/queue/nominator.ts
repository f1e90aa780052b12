import type { PodNominator } from '../framework/handle';
import { type Pod, uidOf } from '../framework/objects';

/** Which pods are nominated to run where: preemption has made room for them there, or is about to. */
export class Nominator implements PodNominator {
  private readonly byNode = new Map<string, Map<string, Pod>>();
  private readonly nodeOf = new Map<string, string>();

  nominatedPods(nodeName: string): readonly Pod[] {
    const pods = this.byNode.get(nodeName);
    return pods ? [...pods.values()] : [];
  }

  /** The node that the pod is nominated to. */
  nominatedNode(pod: Pod): string | undefined {
    return this.nodeOf.get(uidOf(pod));
  }

  /** Nominates a pod: to that node, or where its status says; to none otherwise. A pod with a node is nominated nowhere. */
  add(pod: Pod, nodeName: string = pod.status?.nominatedNodeName ?? ''): void {
    this.delete(pod);
    if (!nodeName || pod.spec?.nodeName) return;
    const uid = uidOf(pod);
    this.nodeOf.set(uid, nodeName);
    const pods = this.byNode.get(nodeName) ?? new Map<string, Pod>();
    pods.set(uid, pod);
    this.byNode.set(nodeName, pods);
  }

  /** Takes a new state of a pod. A nomination that its status does not show yet, since it is being written, stays. */
  update(before: Pod | undefined, pod: Pod): void {
    const isUnwritten = !before?.status?.nominatedNodeName && !pod.status?.nominatedNodeName;
    this.add(pod, isUnwritten ? this.nominatedNode(pod) : undefined);
  }

  delete(pod: Pod): void {
    const uid = uidOf(pod);
    const nodeName = this.nodeOf.get(uid);
    if (nodeName === undefined) return;
    this.nodeOf.delete(uid);
    const pods = this.byNode.get(nodeName);
    pods?.delete(uid);
    if (pods?.size === 0) this.byNode.delete(nodeName);
  }
}
