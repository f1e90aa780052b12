import type { Labels, Selector } from '@typekube/apimachinery';
import type { Clock, Logger } from '@typekube/component-base';
import type { corev1, policyv1, storagev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Snapshot } from '../cache/snapshot';
import type { ClusterWriter } from './cluster-writer';
import type { Framework } from './framework';
import type { Pod } from './objects';
import type { WaitingPods } from './waiting-pods';

export type Claim = DeepReadonly<corev1.PersistentVolumeClaim>;

/** A persistent volume, not a pod's. */
export type Volume = DeepReadonly<corev1.PersistentVolume>;

/** Pods that have a node in view, but are not bound to it yet. */
export interface PodNominator {
  /** Those nominated to run on that node. */
  nominatedPods(nodeName: string): readonly Pod[];
}

/** What plugins read of the cluster besides nodes and pods. Answers come from watches and may be a little old. */
export interface ClusterReader {
  /** A namespace's labels; absent where it is not known. */
  namespaceLabels(name: string): Labels | undefined;
  /** A pod as it is now. */
  pod(namespace: string, name: string): Pod | undefined;
  /** What selects the pods that belong together with this one: its services and its controller. Nothing where there are none. */
  ownersSelector(pod: Pod): Selector;
  /** A claim of a namespace as it is now. */
  claim(namespace: string, name: string): Claim | undefined;
  volume(name: string): Volume | undefined;
  /** All volumes of a storage class; of the empty name: those of none. */
  volumesOfClass(name: string): readonly Volume[];
  storageClass(name: string): DeepReadonly<storagev1.StorageClass> | undefined;
  podDisruptionBudgets(): readonly DeepReadonly<policyv1.PodDisruptionBudget>[];
}

/** All that a plugin is given of the scheduler. */
export interface PluginHandle {
  /** The nodes of the current scheduling cycle. */
  snapshot(): Snapshot;
  readonly nominator: PodNominator;
  readonly cluster: ClusterReader;
  readonly writer: ClusterWriter;
  readonly waitingPods: WaitingPods;
  /** The framework that the plugin is in: for running other plugins on what would be. Not there yet while plugins are made. */
  framework(): Framework;
  /** Has a pod tried again at once. */
  activate(pod: Pod): void;
  /** Counts a preemption and its victims. */
  observePreemption(victims: number): void;
  /** Aborted when no more pods are scheduled: whoever waits for something gives up then. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  /** A number from 0 to less than 1. */
  readonly random: () => number;
}
