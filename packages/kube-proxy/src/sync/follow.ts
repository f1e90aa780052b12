import type { corev1, discoveryv1, networkingv1 } from '@typekube/api';
import { parseLabelSelectorString } from '@typekube/apimachinery';
import {
  type DeepReadonly,
  endpointSlices,
  type Informer,
  type InformerFactory,
  nodes,
  serviceCidrs,
  services,
} from '@typekube/client';
import type { ProxyMetrics } from '../metrics';
import type { ProxyModel } from '../model/changes';
import { isSameNode, type NodeState, nodeState, UNKNOWN_NODE } from '../node/node-state';

/** What the proxy knows of the cluster besides Services and EndpointSlices. */
export class Surroundings {
  node: NodeState = UNKNOWN_NODE;
  serviceCidrs: readonly string[] = [];
}

export interface FollowOptions {
  readonly informers: InformerFactory;
  readonly nodeName: string;
  readonly model: ProxyModel;
  readonly surroundings: Surroundings;
  readonly metrics: ProxyMetrics;
  /** Is told when rules may have to change. */
  readonly onChange: (triggeredAt?: number) => void;
}

/** Services that another proxy serves, and those that need none. */
const PROXIED = parseLabelSelectorString('!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name');

const TRIGGER_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';

/**
 * Tells the model of all that happens in the cluster. Gives the informers without which no rules may be written: with half of
 * the services, the others' traffic would stop.
 */
export function follow(options: FollowOptions): readonly { synced(signal?: AbortSignal): Promise<void> }[] {
  followServiceCidrs(options);
  return [followServices(options), followSlices(options), followNode(options)];
}

function followServices({ informers, model, metrics, onChange }: FollowOptions): Informer<corev1.Service> {
  const informer = informers.for(services, { labelSelector: PROXIED });
  const told = (isChanged: boolean): void => {
    if (!isChanged) return;
    metrics.changed('services');
    onChange();
  };
  informer.addHandler({
    onAdd: (service) => told(model.setService(service)),
    onUpdate: (service) => told(model.setService(service)),
    onDelete: (service) => told(model.removeService(service)),
  });
  return informer;
}

function followSlices({ informers, model, metrics, onChange }: FollowOptions): Informer<discoveryv1.EndpointSlice> {
  const informer = informers.for(endpointSlices, { labelSelector: PROXIED });
  const told = (isChanged: boolean, triggeredAt?: number): void => {
    if (!isChanged) return;
    metrics.changed('endpoints');
    onChange(triggeredAt);
  };
  informer.addHandler({
    onAdd: (slice, initial) => told(model.setSlice(slice), initial ? undefined : triggerOf(slice)),
    onUpdate: (slice) => told(model.setSlice(slice), triggerOf(slice)),
    onDelete: (slice) => told(model.removeSlice(slice)),
  });
  return informer;
}

function followNode({ informers, nodeName, surroundings, onChange }: FollowOptions): Informer<corev1.Node> {
  const informer = informers.for(nodes, { fieldSelector: `metadata.name=${nodeName}` });
  const set = (node: NodeState): void => {
    if (isSameNode(node, surroundings.node)) return;
    surroundings.node = node;
    onChange();
  };
  informer.addHandler({
    onAdd: (node) => set(nodeState(node)),
    onUpdate: (node) => set(nodeState(node)),
    // Its addresses are good as long as we run on it.
    onDelete: () => set({ ...surroundings.node, zone: '', isEligible: false }),
  });
  return informer;
}

/** Older servers have no such resource; nothing waits for it. */
function followServiceCidrs({ informers, surroundings, onChange }: FollowOptions): void {
  const informer: Informer<networkingv1.ServiceCIDR> = informers.for(serviceCidrs);
  const update = (): void => {
    surroundings.serviceCidrs = informer.indexer
      .list()
      .flatMap(({ spec }) => spec?.cidrs ?? [])
      .sort();
    onChange();
  };
  informer.addHandler({ onAdd: update, onUpdate: update, onDelete: update });
}

function triggerOf({ metadata }: DeepReadonly<discoveryv1.EndpointSlice>): number | undefined {
  const time = Date.parse(metadata.annotations?.[TRIGGER_ANNOTATION] ?? '');
  return Number.isNaN(time) ? undefined : time;
}
