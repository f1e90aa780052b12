import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Clock, Logger } from '@typekube/component-base';
import type { CgroupManager } from '../container/pod-cgroup';
import type { ValueSources } from '../container/env';
import type { ClusterDns } from '../container/pod-dns';
import type { ImagePuller } from '../images/image-puller';
import type { Pod } from '../objects';
import type { Paths } from '../paths';
import type { ProbeManager } from '../probes/probe-manager';
import type { Runtime } from '../runtime/runtime';
import type { Statuses } from '../status/statuses';
import type { VolumeManager } from '../volumes/volume-manager';
import type { Backoff } from './backoff';
import type { ContainerStops } from './stops';

/** What pods are told of the node. */
export interface NodeFacts {
  readonly name: string;
  readonly hostIps: readonly string[];
  readonly allocatable: Readonly<Record<string, string>>;
  readonly memoryCapacity: number;
  readonly dns: ClusterDns;
  readonly runtimeName: string;
}

/** An event about a pod, or about a part of it. */
export type RecordPodEvent = (
  pod: Pod,
  event: { type: 'Normal' | 'Warning'; reason: string; message: string; fieldPath?: string },
) => void;

/** Everything that effects on pods need; composed in kubelet.ts. */
export interface PodDeps {
  readonly runtime: Runtime;
  readonly images: ImagePuller;
  readonly volumes: VolumeManager;
  readonly probes: ProbeManager;
  readonly statuses: Statuses;
  readonly cgroups: CgroupManager;
  readonly sources: (pod: Pod) => ValueSources;
  /** Watches for the pod's sources end. */
  readonly release: (uid: string) => void;
  /** Who is to run the pod, by the name that the runtime knows: that of its runtime class. Rejects where there is no such class. */
  readonly runtimeHandler: (pod: Pod) => Promise<string>;
  readonly services: () => readonly DeepReadonly<corev1.Service>[];
  readonly restarts: Backoff;
  readonly stops: ContainerStops;
  readonly record: RecordPodEvent;
  readonly paths: Paths;
  readonly node: NodeFacts;
  readonly clock: Clock;
  readonly log: Logger;
}
