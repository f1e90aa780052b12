import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Claim, Volume } from './handle';
import type { Pod } from './objects';

export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  /** The second object that the event is about. */
  readonly related?: Pod;
}

/** What of a pod's status the scheduler writes. */
export interface PodStatusChange {
  readonly condition?: DeepReadonly<corev1.PodCondition>;
  /** Empty takes the nomination back; absent leaves it. */
  readonly nominatedNodeName?: string;
}

/** All that the scheduler and its plugins write to the API server. Rejections are the server's. */
export interface ClusterWriter {
  bind(pod: Pod, nodeName: string): Promise<void>;
  deletePod(pod: Pod): Promise<void>;
  /** Writes only what differs from the pod's status; nothing if nothing does. */
  patchStatus(pod: Pod, change: PodStatusChange): Promise<void>;
  /** Has a claim that waits for its first consumer provisioned for that node. */
  selectNode(claim: Claim, nodeName: string): Promise<void>;
  /** Keeps a volume for a claim: the volume controller then binds them. Rejects where somebody else has changed the volume since. */
  keepVolume(volume: Volume, claim: Claim): Promise<void>;
  /** Records an event, without waiting for it; `reporter` is the profile's name. */
  event(reporter: string, pod: Pod, event: PodEvent): void;
}
