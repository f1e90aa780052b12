import { semanticEqual } from '@typekube/apimachinery';
import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from '../endpointslice/managed-slices';
import type { SliceWrites } from '../endpointslice/slice-writer';
import { controllerReference, type Endpoints, type EndpointSlice } from '../shared/objects';
import { identityOf, sliceKey, type WantedSlice } from './plan-endpoints';

export const MANAGER = 'endpointslicemirroring-controller.k8s.io';

/** Annotations that say something of the Endpoints only. */
const NOT_MIRRORED = ['endpoints.kubernetes.io/last-change-trigger-time', 'kubectl.kubernetes.io/last-applied-configuration'];

type Endpoint = WantedSlice['endpoints'][number];

/** How to bring the mirrored slices to what is wanted: one for each key, with the labels and annotations of the Endpoints. (reconcileByPortMapping) */
export function planSlices(endpoints: Endpoints, wanted: ReadonlyMap<string, WantedSlice>, existing: readonly EndpointSlice[]): SliceWrites {
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const kept = new Set<EndpointSlice>();
  for (const [key, slice] of wanted) {
    const current = existing.find((each) => sliceKey(each) === key);
    if (!current) {
      create.push(newSlice(endpoints, slice));
      continue;
    }
    kept.add(current);
    const changed = mirrorOf(endpoints, slice, current);
    if (!isSame(current, changed)) update.push(changed);
  }
  return recycled(endpoints, { create, update, remove: existing.filter((slice) => !kept.has(slice)) });
}

/** What is to be deleted becomes what is to be made, where the family allows it: a write less, and never a moment without. */
function recycled(endpoints: Endpoints, { create, update, remove }: SliceWrites): SliceWrites {
  const free = [...remove];
  const made: EndpointSlice[] = [];
  const reused: EndpointSlice[] = [];
  for (const slice of create) {
    const index = free.findIndex(({ addressType }) => addressType === slice.addressType);
    const [old] = index < 0 ? [] : free.splice(index, 1);
    if (old) reused.push({ ...slice, metadata: mirrorMetadata(endpoints, old) });
    else made.push(slice);
  }
  return { create: endpoints.metadata.deletionTimestamp ? [] : made, update: [...update, ...reused], remove: free };
}

function newSlice(endpoints: Endpoints, { family, ports, endpoints: mirrored }: WantedSlice): EndpointSlice {
  const { namespace = '', name = '' } = endpoints.metadata;
  const metadata = { generateName: `${name}-`, namespace, ...mirroredFields(endpoints) };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: family, ports, endpoints: mirrored };
}

function mirrorOf(endpoints: Endpoints, { ports, endpoints: mirrored }: WantedSlice, current: EndpointSlice): EndpointSlice {
  return { ...current, metadata: mirrorMetadata(endpoints, current), ports, endpoints: mirrored };
}

function mirrorMetadata(endpoints: Endpoints, { metadata }: EndpointSlice): EndpointSlice['metadata'] {
  return { ...metadata, ...mirroredFields(endpoints) };
}

function mirroredFields(endpoints: Endpoints): Pick<EndpointSlice['metadata'], 'labels' | 'annotations' | 'ownerReferences'> {
  const { name = '', labels, annotations = {} } = endpoints.metadata;
  return {
    labels: { ...labels, [SERVICE_NAME_LABEL]: name, [MANAGED_BY_LABEL]: MANAGER },
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !NOT_MIRRORED.includes(key))),
    ownerReferences: [controllerReference(endpoints, { apiVersion: 'v1', kind: 'Endpoints' })],
  };
}

/** Endpoints in another order are no reason to write. */
function isSame(current: EndpointSlice, wanted: EndpointSlice): boolean {
  const [a, b] = [current, wanted].map(({ metadata, endpoints }) => [
    metadata.labels,
    metadata.annotations ?? {},
    metadata.ownerReferences,
    byIdentity(endpoints ?? []),
  ]);
  return semanticEqual(a, b);
}

function byIdentity(endpoints: readonly Endpoint[]): Record<string, Endpoint> {
  return Object.fromEntries(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
}
