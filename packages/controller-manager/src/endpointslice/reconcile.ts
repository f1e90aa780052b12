import type { corev1, discoveryv1 } from '@typekube/api';
import { semanticEqual } from '@typekube/apimachinery';
import type { Expectations, Indexer, ReconcileContext, Requeue } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import { controllerReference, type EndpointSlice, type Service } from '../shared/objects';
import { hasManagedEndpoints, HEADLESS_LABEL, isHeadless, podsOf } from '../shared/service-pods';
import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from './managed-slices';
import { familiesOf, planEndpoints } from './plan-endpoints';
import { type NewSlice, planSlices, type SliceChanges } from './plan-slices';
import { SliceWriter, type SliceWrites } from './slice-writer';

export const MANAGER = 'endpointslice-controller.k8s.io';

export interface EndpointSliceWorld {
  readonly deps: ControllerDeps;
  readonly services: Indexer<corev1.Service>;
  readonly pods: Indexer<corev1.Pod>;
  readonly nodes: Indexer<corev1.Node>;
  readonly slices: Indexer<discoveryv1.EndpointSlice>;
  readonly expectations: Expectations;
  readonly maxPerSlice: number;
}

/** The name of the index of slices by the key of their service. */
export const BY_SERVICE = 'service';

const NODE_MILLISECONDS = 1000;

/** Keeps the slices of one service; those of a service that is gone go with it, by their owner reference. */
export class EndpointSliceReconciler {
  private readonly writer: SliceWriter;

  constructor(private readonly world: EndpointSliceWorld) {
    this.writer = new SliceWriter(world.deps.client, world.expectations);
  }

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const { services, pods, nodes, expectations } = this.world;
    const service = services.get(key);
    if (!service) return expectations.delete(key);
    if (!hasManagedEndpoints(service) || service.metadata.deletionTimestamp || !expectations.satisfied(key)) return;
    const selected = podsOf(service, pods);
    const existing = this.world.slices.byIndex(BY_SERVICE, key).filter(({ metadata }) => !metadata.deletionTimestamp);
    const families = familiesOf(service);
    const remove = existing.filter(({ addressType }) => !families.some((family) => family === addressType));
    const changes: SliceChanges[] = [{ create: [], update: [], remove }];
    let withoutNode = 0;
    for (const family of families) {
      const wanted = planEndpoints(service, selected, { family, nodeOf: (name) => nodes.get(name) });
      withoutNode += wanted.withoutNode;
      const ofFamily = existing.filter(({ addressType }) => addressType === family);
      changes.push(planSlices({ family, groups: wanted.groups, existing: ofFamily, maxPerSlice: this.world.maxPerSlice }));
    }
    await this.writer.write(key, writesOf(service, existing, changes), signal);
    if (withoutNode > 0) return { requeueAfterMilliseconds: NODE_MILLISECONDS };
  };
}

/** The changes, and the labels of those that stay but for them. */
function writesOf(service: Service, existing: readonly EndpointSlice[], changes: readonly SliceChanges[]): SliceWrites {
  const update = new Map(changes.flatMap((change) => change.update).map(({ slice, endpoints }) => [slice, endpoints]));
  const remove = new Set(changes.flatMap((change) => change.remove));
  const labels = labelsOf(service);
  for (const slice of existing) {
    const isMislabeled = !semanticEqual(slice.metadata.labels, labels);
    if (isMislabeled && !remove.has(slice) && !update.has(slice)) update.set(slice, slice.endpoints ?? []);
  }
  return {
    create: changes.flatMap((change) => change.create).map((slice) => sliceObject(service, slice)),
    update: [...update].map(([slice, endpoints]) => ({ ...slice, metadata: { ...slice.metadata, labels }, endpoints })),
    remove: [...remove],
  };
}

function sliceObject(service: Service, { family, ports, endpoints }: NewSlice): EndpointSlice {
  const { namespace = '', name = '' } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: labelsOf(service),
      ownerReferences: [controllerReference(service, { apiVersion: 'v1', kind: 'Service' })],
    },
    addressType: family,
    endpoints,
    ports,
  };
}

/** The service's own labels, and those by which consumers find the slices. */
function labelsOf(service: Service): Record<string, string> {
  const { [HEADLESS_LABEL]: _, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    ...(isHeadless(service) && { [HEADLESS_LABEL]: '' }),
    [SERVICE_NAME_LABEL]: service.metadata.name ?? '',
    [MANAGED_BY_LABEL]: MANAGER,
  };
}
