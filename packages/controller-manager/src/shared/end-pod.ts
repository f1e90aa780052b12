import { formatTime, hasReason } from '@typekube/apimachinery';
import { pods } from '@typekube/client';
import { withCondition } from './conditions';
import type { ControllerDeps } from './controller-deps';
import type { Pod } from './objects';
import { isPodEnded } from './pod-state';

/** Why a pod is taken from its owner: a condition `DisruptionTarget` says so, for jobs that count failures. */
export interface Disruption {
  readonly reason: string;
  readonly message: string;
}

export interface EndOptions {
  readonly disruption?: Disruption;
  /** There is no kubelet to say that it has ended: it is said here, and the pod goes at once. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/**
 * Deletes a pod that a controller of the cluster ends, not its owner. One that is gone, or another of its name, is left alone.
 */
export async function endPod({ client, clock }: ControllerDeps, pod: Pod, { disruption, force, signal }: EndOptions): Promise<void> {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const resource = client.for(pods, namespace);
  try {
    if (!isPodEnded(pod) && disruption) {
      const time = formatTime(new Date(clock.now()));
      const target = { type: 'DisruptionTarget', status: 'True', ...disruption, lastTransitionTime: time };
      const conditions = withCondition(pod.status?.conditions, target);
      const body = { metadata: { uid }, status: { conditions, ...(force && { phase: 'Failed' }) } };
      await resource.patch(name, { type: 'strategic', body }, { subresource: 'status', signal });
    }
    await resource.delete(name, { signal, preconditions: { uid }, ...(force && { gracePeriodSeconds: 0 }) });
  } catch (error) {
    if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
  }
}
