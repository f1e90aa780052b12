import type { corev1 } from '@typekube/api';
import { hasReason } from '@typekube/apimachinery';
import { type Client, pods } from '@typekube/client';
import { nodeOfPod } from '../daemonset/daemon-template';
import type { Pod } from '../shared/objects';

/**
 * Plays the scheduler and the kubelets: pods get a node (the one that they are pinned to, or always the same), run at once, are ready, and end
 * when they are deleted. Those whose image is `exit:N` end by themselves, with that code.
 */
export class KubeletPlayer {
  /** Pods whose images have this text never become ready. */
  broken = 'broken';
  private readonly stop = new AbortController();
  private next = 1;

  constructor(
    private readonly client: Client,
    private readonly node = 'node-1',
  ) {}

  start(): void {
    void this.run();
  }

  [Symbol.dispose](): void {
    this.stop.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        const { items } = await this.client.for(pods).list({ signal });
        await Promise.all(items.map((pod) => this.look(pod)));
        await new Promise((resolve) => setTimeout(resolve, 20));
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  private async look(pod: Pod): Promise<void> {
    const { namespace = '', name = '', deletionTimestamp } = pod.metadata;
    const resource = this.client.for(pods, namespace);
    try {
      const code = exitCodeOf(pod);
      if (deletionTimestamp && pod.metadata.finalizers && pod.status?.phase === 'Running') {
        // As a kubelet does: somebody waits to see how it ended.
        await resource.updateStatus({ ...pod, status: endedStatus(pod, 143) });
      } else if (deletionTimestamp) await resource.delete(name, { gracePeriodSeconds: 0 });
      else if (!pod.spec?.nodeName) await resource.createSubresource(name, 'binding', this.binding(pod));
      else if (!pod.status?.podIP) await resource.updateStatus({ ...pod, status: { ...pod.status, ...this.statusOf(pod) } });
      else if (code !== undefined && pod.status.phase === 'Running') await resource.updateStatus({ ...pod, status: endedStatus(pod, code) });
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }

  private binding(pod: Pod): corev1.Binding {
    const { name = '', namespace = '' } = pod.metadata;
    return { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target: { kind: 'Node', name: nodeOfPod(pod) ?? this.node } };
  }

  private statusOf({ spec }: Pod): corev1.PodStatus {
    const isReady = !(spec?.containers ?? []).some(({ image = '' }) => image.includes(this.broken));
    const time = `${new Date().toISOString().slice(0, -5)}Z`;
    const podIP = `10.0.0.${this.next++ % 250}`;
    const status = isReady ? 'True' : 'False';
    return {
      phase: isReady ? 'Running' : 'Pending',
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: time,
      conditions: [{ type: 'Ready', status, lastTransitionTime: time }],
    };
  }
}

function exitCodeOf({ spec }: Pod): number | undefined {
  const code = /^exit:(\d+)$/.exec(spec?.containers[0]?.image ?? '')?.[1];
  return code === undefined ? undefined : Number(code);
}

/** Every container has ended with that code. */
function endedStatus({ spec, status }: Pod, exitCode: number): NonNullable<Pod['status']> {
  const finishedAt = `${new Date().toISOString().slice(0, -5)}Z`;
  const state = { terminated: { exitCode, finishedAt, reason: exitCode === 0 ? 'Completed' : 'Error' } };
  return {
    ...status,
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: finishedAt }],
    containerStatuses: (spec?.containers ?? []).map(({ name, image = '' }) => {
      return { name, image, imageID: '', ready: false, restartCount: 0, state };
    }),
  };
}
