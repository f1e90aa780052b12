import type { corev1 } from '@typekube/api';
import { hasReason, jsonEqual } from '@typekube/apimachinery';
import { type Client, pods, retryOnConflict, shared } from '@typekube/client';
import { nameOf, namespaceOf, type Pod, uidOf } from '../objects';

/** Writes statuses to the API server, only where they changed. */
export class StatusWriter {
  /** The newest object of each pod that the server answered: newer than what the watch has told yet. */
  private readonly written = new Map<string, Pod>();

  constructor(private readonly client: Client) {}

  /** The pod with the newest status that is known. */
  newest(pod: Pod): Pod {
    const written = this.written.get(uidOf(pod));
    if (!written || Number(written.metadata.resourceVersion) <= Number(pod.metadata.resourceVersion)) return pod;
    return { ...pod, status: written.status ?? {}, metadata: { ...pod.metadata, ...(written.metadata.resourceVersion && { resourceVersion: written.metadata.resourceVersion }) } };
  }

  /** Whether the pod still is there. */
  async write(pod: Pod, status: corev1.PodStatus): Promise<boolean> {
    if (jsonEqual(pod.status, status)) return true;
    const client = this.client.for(pods, namespaceOf(pod));
    try {
      const answer = await client.updateStatus({ ...pod, status });
      this.written.set(uidOf(pod), shared(answer));
      return true;
    } catch (error) {
      if (hasReason(error, 'NotFound')) return false;
      if (!hasReason(error, 'Conflict')) throw error;
      return this.writeAgain(pod, status);
    }
  }

  /** Somebody else has changed the pod: what they wrote stays, but for what is the kubelet's. */
  private async writeAgain(pod: Pod, status: corev1.PodStatus): Promise<boolean> {
    const client = this.client.for(pods, namespaceOf(pod));
    return retryOnConflict(async () => {
      const current = await client.get(nameOf(pod)).catch((error: unknown) => {
        if (hasReason(error, 'NotFound')) return undefined;
        throw error;
      });
      if (!current || current.metadata.uid !== uidOf(pod)) return false;
      const own = new Set(OWN_CONDITIONS);
      const others = (current.status?.conditions ?? []).filter(({ type }) => !own.has(type));
      const conditions = [...others, ...(status.conditions ?? []).filter(({ type }) => own.has(type))];
      this.written.set(uidOf(pod), shared(await client.updateStatus({ ...current, status: { ...status, conditions } })));
      return true;
    });
  }

  /** Takes the pod itself away, now that nothing of it is left here. The uid guards a new pod of the same name. */
  async remove(pod: Pod): Promise<void> {
    try {
      await this.client.for(pods, namespaceOf(pod)).delete(nameOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } });
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }

  forget(uid: string): void {
    this.written.delete(uid);
  }
}

const OWN_CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
