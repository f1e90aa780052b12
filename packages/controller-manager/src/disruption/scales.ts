import type { appsv1, autoscalingv1, corev1 } from '@typekube/api';
import { groupVersionKindOf, hasReason, type KubeObject, type OwnerReference, qualifiedResource } from '@typekube/apimachinery';
import {
  controllerOf,
  type DeepReadonly,
  deployments,
  type Indexer,
  keyOf,
  replicaSets,
  replicationControllers,
  type ResourceRef,
  RestMapper,
  statefulSets,
} from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import type { Pod } from '../shared/objects';

type Owner = DeepReadonly<OwnerReference>;

/** An owner of pods and how many it wants. */
interface Scaled {
  readonly uid: string;
  readonly replicas: number;
}

export interface ScaleSum {
  readonly replicas: number;
  /** Names of pods that nobody controls. */
  readonly unmanaged: readonly string[];
}

interface Caches {
  readonly replicationControllers: Indexer<corev1.ReplicationController>;
  readonly replicaSets: Indexer<appsv1.ReplicaSet>;
  readonly deployments: Indexer<appsv1.Deployment>;
  readonly statefulSets: Indexer<appsv1.StatefulSet>;
}

type Replicated = DeepReadonly<KubeObject & { readonly spec?: { readonly replicas?: number } }>;

/** How many pods owners want: of the workloads that are built in from the caches, of any other by its subresource `scale`. */
export class Scales {
  private readonly mapper: RestMapper;

  constructor(
    private readonly deps: ControllerDeps,
    private readonly caches: Caches,
  ) {
    this.mapper = new RestMapper(deps.client.discovery);
  }

  /**
   * What the owners of the pods want together. (getExpectedScale)
   *
   * @throws where the owner of one cannot be found, or has no scale.
   */
  async sumOf(pods: readonly Pod[], signal: AbortSignal): Promise<ScaleSum> {
    const replicas = new Map<string, number>();
    const known = new Set<string>();
    const unmanaged: string[] = [];
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (!owner) unmanaged.push(pod.metadata.name ?? '');
      if (!owner || known.has(owner.uid)) continue;
      const found = await this.scaleOf(owner, pod.metadata.namespace ?? '', signal);
      if (!found) throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
      known.add(owner.uid);
      replicas.set(found.uid, found.replicas);
    }
    return { replicas: [...replicas.values()].reduce((sum, count) => sum + count, 0), unmanaged };
  }

  private async scaleOf(owner: Owner, namespace: string, signal: AbortSignal): Promise<Scaled | undefined> {
    return this.cachedScale(owner, namespace) ?? (await this.servedScale(owner, namespace, signal));
  }

  private cachedScale(owner: Owner, namespace: string): Scaled | undefined {
    const key = keyOf(namespace, owner.name);
    const { group } = groupVersionKindOf(owner);
    const own = (found: Replicated | undefined): Scaled | undefined => scaledIfOwn(found, owner);
    if (owner.kind === 'ReplicationController' && group === '') return own(this.caches.replicationControllers.get(key));
    if (owner.kind === 'StatefulSet' && group === 'apps') return own(this.caches.statefulSets.get(key));
    if (owner.kind !== 'ReplicaSet' || group !== 'apps') return undefined;
    const replicaSet = this.caches.replicaSets.get(key);
    const above = replicaSet && controllerOf(replicaSet);
    if (above?.kind !== 'Deployment') return own(replicaSet);
    return replicaSet?.metadata.uid === owner.uid ? scaledIfOwn(this.caches.deployments.get(keyOf(namespace, above.name)), above) : undefined;
  }

  /** (getScaleController) */
  private async servedScale(owner: Owner, namespace: string, signal: AbortSignal): Promise<Scaled | undefined> {
    const { group, version } = groupVersionKindOf(owner);
    const ref = await this.mapper.resourceOf({ group, kind: owner.kind }, version);
    try {
      const scale = await this.deps.client.for(ref, namespace).getSubresource<autoscalingv1.Scale>(owner.name, 'scale', { signal });
      return scaledIfOwn(scale, owner);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
      if (!(await this.hasScale(ref))) throw new Error(`${qualifiedResource(ref)} does not implement the scale subresource`, { cause: error });
      return undefined;
    }
  }

  private async hasScale({ group, version, resource }: ResourceRef): Promise<boolean> {
    const { resources } = await this.deps.client.discovery.get();
    return resources.some((each) => each.group === group && each.version === version && each.name === `${resource}/scale`);
  }
}

/** The workloads whose numbers are read from caches. */
export function scalesOf(deps: ControllerDeps): { readonly scales: Scales; readonly synced: (signal: AbortSignal) => Promise<unknown> } {
  const informers = {
    replicationControllers: deps.informers.for(replicationControllers),
    replicaSets: deps.informers.for(replicaSets),
    deployments: deps.informers.for(deployments),
    statefulSets: deps.informers.for(statefulSets),
  };
  const scales = new Scales(deps, {
    replicationControllers: informers.replicationControllers.indexer,
    replicaSets: informers.replicaSets.indexer,
    deployments: informers.deployments.indexer,
    statefulSets: informers.statefulSets.indexer,
  });
  return { scales, synced: (signal) => Promise.all(Object.values(informers).map((informer) => informer.synced(signal))) };
}

function scaledIfOwn(found: Replicated | undefined, { uid }: Owner): Scaled | undefined {
  return found?.metadata.uid === uid ? { uid, replicas: found.spec?.replicas ?? 0 } : undefined;
}
