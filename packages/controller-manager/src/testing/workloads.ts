import type { DaemonSet, Deployment, Node, Pod, ReplicaSet, StatefulSet } from '../shared/objects';

/** The moment that tables take for now. */
export const NOW = Date.parse('2026-01-01T00:00:00Z');

/** A time so many seconds before now. */
export function ago(seconds: number): string {
  return `${new Date(NOW - seconds * 1000).toISOString().slice(0, -5)}Z`;
}

export interface DeploymentFields {
  readonly replicas?: number;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly spec?: Partial<NonNullable<Deployment['spec']>>;
  readonly status?: Deployment['status'];
  readonly annotations?: Readonly<Record<string, string>>;
}

export function deployment(fields: DeploymentFields = {}): Deployment {
  const { replicas = 1, maxSurge = 0, maxUnavailable = 0, spec, status, annotations = {} } = fields;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'd', generation: 1, annotations },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
      ...spec,
    },
    ...(status && { status }),
  };
}

export interface ReplicaSetFields {
  readonly name?: string;
  readonly available?: number;
  readonly status?: Partial<NonNullable<ReplicaSet['status']>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Age in seconds. */
  readonly age?: number;
}

/** A replica set that has the pods that it wants. */
export function replicaSet(replicas: number, fields: ReplicaSetFields = {}): ReplicaSet {
  const { name = 'rs', available = replicas, status, annotations = {}, age = 0 } = fields;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default', uid: name, generation: 1, annotations, creationTimestamp: ago(age) },
    spec: { replicas, selector: {} },
    status: { replicas, availableReplicas: available, readyReplicas: available, observedGeneration: 1, ...status },
  };
}

export interface DaemonSetFields {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly spec?: Partial<NonNullable<DaemonSet['spec']>>;
  readonly podSpec?: Partial<NonNullable<Pod['spec']>>;
  readonly status?: DaemonSet['status'];
}

export function daemonSet(fields: DaemonSetFields = {}): DaemonSet {
  const { maxSurge = 0, maxUnavailable = 0, spec, podSpec, status } = fields;
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default', uid: 'ds', generation: 2, annotations: { 'deprecated.daemonset.template.generation': '2' } },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'agent', image: 'agent:1' }], ...podSpec } },
      ...spec,
    },
    ...(status && { status }),
  };
}

export interface StatefulSetFields {
  readonly replicas?: number;
  readonly spec?: Partial<NonNullable<StatefulSet['spec']>>;
  readonly status?: StatefulSet['status'];
}

export function statefulSet(fields: StatefulSetFields = {}): StatefulSet {
  const { replicas = 3, spec, status } = fields;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default', uid: 'sts', generation: 1 },
    spec: {
      replicas,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'db:1' }] } },
      ...spec,
    },
    ...(status && { status }),
  };
}

export function node(name: string, labels: Readonly<Record<string, string>> = {}, taints: NonNullable<Node['spec']>['taints'] = []): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name, labels }, spec: { taints } };
}

export interface PodFields {
  readonly name?: string;
  readonly node?: string;
  readonly phase?: string;
  /** Seconds since when it is ready; absent: it is not. */
  readonly ready?: number;
  readonly restarts?: number;
  readonly age?: number;
  readonly cost?: string;
  readonly deleted?: boolean;
  readonly ip?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export function pod(fields: PodFields = {}): Pod {
  const { name = 'pod', node, phase = 'Running', ready, restarts = 0, age = 0, cost, deleted = false, ip, labels = {} } = fields;
  const condition = { type: 'Ready', status: ready === undefined ? 'False' : 'True', lastTransitionTime: ago(ready ?? 0) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      creationTimestamp: ago(age),
      labels,
      ...(cost && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
      ...(deleted && { deletionTimestamp: ago(0) }),
    },
    spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }], ...(node && { nodeName: node }) },
    status: {
      phase,
      conditions: [condition],
      containerStatuses: [{ name: 'app', image: '', imageID: '', ready: ready !== undefined, restartCount: restarts }],
      ...(ip && { podIP: ip, podIPs: [{ ip }] }),
    },
  };
}
