import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { warningsForIp } from '../../../shared/ip/warnings';
import type { discoveryv1 } from '../../../types';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validate';

const OWN_CONTROLLERS: ReadonlySet<string> = new Set([
  'endpointslice-controller.k8s.io',
  'endpointslicemirroring-controller.k8s.io',
]);

export const strategy: Strategy<discoveryv1.EndpointSlice> = {
  validate: (slice) => validateEndpointSlice(slice),
  warningsOnCreate: warnings,
  validateUpdate: (slice, old) => validateEndpointSliceUpdate(slice, old),
  warningsOnUpdate: (slice) => warnings(slice),
  tracksGeneration: true,
};

/** None for what our own controllers wrote: they bring addresses into form themselves. */
function warnings(slice: discoveryv1.EndpointSlice): string[] {
  if (slice.addressType !== 'IPv4' && slice.addressType !== 'IPv6') return [];
  if (OWN_CONTROLLERS.has(slice.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return [];
  return (slice.endpoints ?? []).flatMap(({ addresses = [] }, i) =>
    addresses.flatMap((address, j) => warningsForIp(address, FieldPath.of('endpoints').index(i).child('addresses').index(j))),
  );
}
