import type { appsv1 } from '@typekube/api';
import type { KubeObject, ReadonlyLabelSelector } from '@typekube/apimachinery';
import { type DeepReadonly, replicaSets, type ResourceRef } from '@typekube/client';
import type { ReplicaSet, ReplicaSetStatus } from '../shared/objects';

type Spec = NonNullable<ReplicaSet['spec']>;

/** What all kinds that keep a number of pods have in common. */
export interface Replicated {
  readonly metadata: ReplicaSet['metadata'];
  readonly spec?: Pick<Spec, 'replicas' | 'minReadySeconds' | 'template'>;
  readonly status?: Pick<ReplicaSetStatus, 'conditions'>;
}

/** A kind that keeps a number of pods: replica sets, and replication controllers as if they were an older version of them. */
export interface ReplicaKind<T extends KubeObject> {
  readonly resource: ResourceRef<T>;
  /** As owner references name it. */
  readonly apiVersion: string;
  /** What its queue is called, in metrics and logs. */
  readonly queue: string;
  readonly selectorOf: (owner: DeepReadonly<T>) => ReadonlyLabelSelector | undefined;
  /** The same object, by the fields that it shares with the others. */
  readonly replicated: (owner: DeepReadonly<T>) => Replicated;
  readonly withStatus: (owner: DeepReadonly<T>, status: ReplicaSetStatus) => DeepReadonly<T>;
}

export const REPLICA_SETS: ReplicaKind<appsv1.ReplicaSet> = {
  resource: replicaSets,
  apiVersion: 'apps/v1',
  queue: 'replicaset',
  selectorOf: ({ spec }) => spec?.selector,
  replicated: (replicaSet) => replicaSet,
  withStatus: (replicaSet, status) => ({ ...replicaSet, status }),
};
