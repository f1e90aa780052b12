import type { corev1 } from '@typekube/api';
import { type FieldSelector, newNotFound, type Selector } from '@typekube/apimachinery';
import type { DeepReadonly, Indexer } from '@typekube/client';
import type { Clock } from '@typekube/component-base';
import type { MetricsServerMetrics } from '../metrics';
import type { MetricsStorage } from '../storage/storage';
import { GROUP, type NodeMetrics, nodeMetrics, type PodMetrics, podMetrics } from './resource-metrics';

export interface Selection {
  readonly labels: Selector;
  readonly fields: FieldSelector;
}

/** One of the resources: reads what is stored of the objects that there are. */
export interface MetricsReader<T> {
  readonly kind: string;
  readonly namespaced: boolean;
  /** Throws NotFound for an object that there is not, in the API or in what the kubelets told. */
  get(namespace: string, name: string): T;
  /** By namespace and name. An empty namespace means all. */
  list(namespace: string, selection: Selection): T[];
}

export interface ReaderOptions {
  readonly storage: MetricsStorage;
  readonly metrics: MetricsServerMetrics;
  readonly clock: Clock;
}

type Metadata = DeepReadonly<corev1.Pod['metadata']>;

export function nodeReader(nodes: Indexer<corev1.Node>, nodeSelector: Selector, { storage, metrics, clock }: ReaderOptions): MetricsReader<NodeMetrics> {
  const read = (node: DeepReadonly<corev1.Node>): NodeMetrics[] => {
    const usage = storage.nodeUsage(node.metadata.name ?? '');
    if (!usage) return [];
    metrics.told((clock.now() - usage.time) / 1000);
    return [nodeMetrics(node, usage, new Date(clock.now()))];
  };
  return {
    kind: 'NodeMetrics',
    namespaced: false,
    get(_, name) {
      const node = nodes.get(name);
      if (!node) throw newNotFound({ group: '', resource: 'nodes' }, name);
      const [found] = read(node);
      if (!found) throw newNotFound({ group: GROUP, resource: 'nodes' }, name);
      return found;
    },
    list(_, selection) {
      const selector = selection.labels.add(...nodeSelector.requirements);
      return inOrder(nodes.list({ selector }).filter(({ metadata }) => selection.fields.matches((field) => fieldOf(metadata, field)))).flatMap(read);
    },
  };
}

export function podReader(pods: Indexer<corev1.Pod>, { storage, metrics, clock }: ReaderOptions): MetricsReader<PodMetrics> {
  const read = (pod: DeepReadonly<corev1.Pod>): PodMetrics[] => {
    const usage = storage.podUsage(`${pod.metadata.namespace}/${pod.metadata.name}`);
    if (!usage) return [];
    metrics.told((clock.now() - usage.time) / 1000);
    return [podMetrics(pod, usage, new Date(clock.now()))];
  };
  return {
    kind: 'PodMetrics',
    namespaced: true,
    get(namespace, name) {
      const pod = pods.get(`${namespace}/${name}`);
      if (!pod) throw newNotFound({ group: '', resource: 'pods' }, name);
      const [found] = read(pod);
      if (!found) throw newNotFound({ group: GROUP, resource: 'pods' }, `${namespace}/${name}`);
      return found;
    },
    list(namespace, { labels, fields }) {
      const found = pods.list({ selector: labels, ...(namespace && { namespace }) });
      return inOrder(found.filter(({ metadata }) => fields.matches((field) => fieldOf(metadata, field)))).flatMap(read);
    },
  };
}

function fieldOf(metadata: Metadata, field: string): string | undefined {
  return field === 'metadata.name' ? metadata.name : metadata.namespace;
}

function inOrder<T extends { readonly metadata: Metadata }>(objects: T[]): T[] {
  const key = ({ metadata: { namespace = '', name = '' } }: T): string => `${namespace}\0${name}`;
  return objects.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
