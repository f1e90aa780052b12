import type { corev1, discoveryv1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import {
  type DeepReadonly,
  endpointSlices,
  type IndexFunction,
  type Indexer,
  type InformerFactory,
  namespaces,
  services,
} from '@typekube/client';
import { canonicalAddress } from './address';

export type Service = DeepReadonly<corev1.Service>;
export type EndpointSlice = DeepReadonly<discoveryv1.EndpointSlice>;

/** What records are made of. */
export interface ClusterView {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): EndpointSlice[];
  serviceByAddress(address: string): Service | undefined;
  slicesByAddress(address: string): EndpointSlice[];
}

const SERVICE_LABEL = 'kubernetes.io/service-name';
const BY_SERVICE = 'service';
const BY_ADDRESS = 'address';

/** A view that follows the API server, and what to wait for until it is whole. */
export interface FollowedCluster {
  readonly view: ClusterView;
  readonly isSynced: () => boolean;
  /** Seconds since 1970 of the last change: the serial of the zone. */
  readonly serial: () => number;
}

/** Follows all that records are made of. The factory is run by its owner. */
export function followCluster(informers: InformerFactory, now: () => number): FollowedCluster {
  const followed = { services: informers.for(services), slices: informers.for(endpointSlices), namespaces: informers.for(namespaces) };
  addIndexes(followed);
  let changed = now();
  const touch = (): void => void (changed = now());
  const handler = { onAdd: touch, onUpdate: touch, onDelete: touch };
  followed.services.addHandler(handler);
  followed.slices.addHandler(handler);
  return {
    view: viewOf({
      services: followed.services.indexer,
      slices: followed.slices.indexer,
      namespaces: followed.namespaces.indexer,
    }),
    isSynced: () => Object.values(followed).every(({ hasSynced }) => hasSynced),
    serial: () => Math.floor(changed / 1000),
  };
}

interface Indexable<T extends KubeObject> {
  addIndex(name: string, valuesOf: IndexFunction<T>): void;
}

/** What `viewOf` finds objects by. */
export function addIndexes(to: { readonly services: Indexable<corev1.Service>; readonly slices: Indexable<discoveryv1.EndpointSlice> }): void {
  to.services.addIndex(BY_ADDRESS, clusterIps);
  to.slices.addIndex(BY_SERVICE, serviceOfSlice);
  to.slices.addIndex(BY_ADDRESS, addressesOfSlice);
}

interface Indexers {
  readonly services: Indexer<corev1.Service>;
  readonly slices: Indexer<discoveryv1.EndpointSlice>;
  readonly namespaces: Indexer<corev1.Namespace>;
}

/** The indexers must have the indexes of `addIndexes`. */
export function viewOf({ services: all, slices, namespaces: spaces }: Indexers): ClusterView {
  return {
    hasNamespace: (name) => spaces.get(name) !== undefined,
    service: (namespace, name) => all.get(`${namespace}/${name}`),
    slices: (namespace, service) => slices.byIndex(BY_SERVICE, `${namespace}/${service}`),
    serviceByAddress: (address) => all.byIndex(BY_ADDRESS, address)[0],
    slicesByAddress: (address) => slices.byIndex(BY_ADDRESS, address),
  };
}

/** Of a service, without the `None` of headless ones. */
export const clusterIps: IndexFunction<corev1.Service> = ({ spec }) => {
  const all = spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : []);
  return all.filter((address) => address !== 'None').map(canonicalAddress);
};

export function serviceNameOf({ metadata }: EndpointSlice): string {
  return metadata.labels?.[SERVICE_LABEL] ?? '';
}

const serviceOfSlice: IndexFunction<discoveryv1.EndpointSlice> = (slice) => [`${slice.metadata.namespace ?? ''}/${serviceNameOf(slice)}`];

const addressesOfSlice: IndexFunction<discoveryv1.EndpointSlice> = ({ endpoints }) => {
  return (endpoints ?? []).flatMap(({ addresses }) => addresses.map(canonicalAddress));
};
