import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Node, Pod } from '../framework/objects';

type Spec = Partial<DeepReadonly<corev1.PodSpec>>;

export interface PodOptions {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of its one container. */
  readonly requests?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
  readonly priority?: number;
  readonly spec?: Spec;
  readonly status?: DeepReadonly<corev1.PodStatus>;
  readonly metadata?: Partial<Pod['metadata']>;
}

/** A pod as a test needs it; its uid is its name. */
export function makePod(name: string, options: PodOptions = {}): Pod {
  const { namespace = 'default', labels, requests, nodeName, priority, spec, status, metadata } = options;
  const container = { name: 'main', image: 'image', ...(requests && { resources: { requests } }) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: name, ...(labels && { labels }), ...metadata },
    spec: { containers: [container], ...(nodeName && { nodeName }), ...(priority !== undefined && { priority }), ...spec },
    ...(status && { status }),
  };
}

export interface NodeOptions {
  readonly labels?: Readonly<Record<string, string>>;
  /** Besides, or in place of, 4 cores, 8 GiB and 110 pods. */
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly taints?: readonly DeepReadonly<corev1.Taint>[];
  readonly unschedulable?: boolean;
  readonly images?: readonly DeepReadonly<corev1.ContainerImage>[];
}

/** A node as a test needs it; its host name is its name. */
export function makeNode(name: string, { labels, allocatable, taints, unschedulable, images }: NodeOptions = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...allocatable }, ...(images && { images }) },
  };
}
