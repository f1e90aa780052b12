import { BOUND_BY_CONTROLLER, type corev1 } from '@typekube/api';
import { type Client, persistentVolumeClaims, persistentVolumes, pods } from '@typekube/client';
import type { Clock } from '@typekube/component-base';
import type { ClusterWriter, PodEvent, PodStatusChange } from '../framework/cluster-writer';
import type { Claim, Volume } from '../framework/handle';
import type { Pod } from '../framework/objects';
import { SELECTED_NODE } from '../plugins/volume-binding/claims';
import { conditionToWrite } from './pod-condition';

/** Records an event about a pod in the name of that reporter; must not wait. */
export type RecordEvent = (reporter: string, pod: Pod, event: PodEvent) => void;

/** Writes to the API server. */
export class ClientWriter implements ClusterWriter {
  constructor(
    private readonly client: Client,
    private readonly record: RecordEvent,
    private readonly clock: Clock,
  ) {}

  async bind({ metadata: { name = '', namespace = '', uid } }: Pod, nodeName: string): Promise<void> {
    const metadata = { name, namespace, ...(uid !== undefined && { uid }) };
    const binding: corev1.Binding = { apiVersion: 'v1', kind: 'Binding', metadata, target: { kind: 'Node', name: nodeName } };
    await this.client.for(pods, namespace).createSubresource(name, 'binding', binding);
  }

  async deletePod({ metadata: { name = '', namespace = '', uid } }: Pod): Promise<void> {
    await this.client.for(pods, namespace).delete(name, { ...(uid !== undefined && { preconditions: { uid } }) });
  }

  async patchStatus(pod: Pod, { condition, nominatedNodeName }: PodStatusChange): Promise<void> {
    const changed = condition && conditionToWrite(pod, condition, new Date(this.clock.now()));
    const isNominated = nominatedNodeName !== undefined && nominatedNodeName !== (pod.status?.nominatedNodeName ?? '');
    if (!changed && !isNominated) return;
    const status = {
      ...(changed && { conditions: [changed] }),
      ...(isNominated && { nominatedNodeName: nominatedNodeName || null }),
    };
    const { name = '', namespace = '', uid } = pod.metadata;
    const body = { metadata: { uid }, status };
    await this.client.for(pods, namespace).patch(name, { type: 'strategic', body }, { subresource: 'status' });
  }

  async selectNode({ metadata: { name = '', namespace = '', uid, resourceVersion } }: Claim, nodeName: string): Promise<void> {
    const metadata = { uid, resourceVersion, annotations: { [SELECTED_NODE]: nodeName } };
    await this.client.for(persistentVolumeClaims, namespace).patch(name, { type: 'merge', body: { metadata } });
  }

  async keepVolume({ metadata: { name = '', uid, resourceVersion } }: Volume, claim: Claim): Promise<void> {
    const { namespace, name: claimName, uid: claimUid, resourceVersion: claimVersion } = claim.metadata;
    const reference = { namespace, name: claimName, uid: claimUid, resourceVersion: claimVersion };
    const body = {
      metadata: { uid, resourceVersion, annotations: { [BOUND_BY_CONTROLLER]: 'yes' } },
      spec: { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...reference } },
    };
    await this.client.for(persistentVolumes).patch(name, { type: 'merge', body });
  }

  event(reporter: string, pod: Pod, event: PodEvent): void {
    this.record(reporter, pod, event);
  }
}
