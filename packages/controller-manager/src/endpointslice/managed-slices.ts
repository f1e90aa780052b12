import type { discoveryv1 } from '@typekube/api';
import { type Expectations, type Informer, keyOf } from '@typekube/client';
import type { EndpointSlice } from '../shared/objects';

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';

/** The service of a slice that a manager of slices made, by its key. */
export function servicesOfSlices(manager: string): (slice: EndpointSlice) => string[] {
  return ({ metadata: { labels, namespace = '' } }) => {
    const name = labels?.[SERVICE_NAME_LABEL];
    return name && labels?.[MANAGED_BY_LABEL] === manager ? [keyOf(namespace, name)] : [];
  };
}

/** Lowers the expectations of services whose slices come; the returned function ends that. */
export function observeSlices(
  informer: Informer<discoveryv1.EndpointSlice>,
  expectations: Expectations,
  keysOf: (slice: EndpointSlice) => string[],
): () => void {
  return informer.addHandler({
    onAdd: (slice) => {
      for (const key of keysOf(slice)) expectations.creationObserved(key);
    },
  });
}
