import type { resourcev1 } from '../../types';

/** The requests of either form: v1 has the fields of an exact one in `exactly`, v1beta1 in the request itself. */
type AnyRequest = resourcev1.DeviceRequest & Partial<resourcev1.ExactDeviceRequest>;

/** A request is for one device, and a toleration for equal values, unless they say otherwise. */
export function defaultClaimSpec(spec: resourcev1.ResourceClaimSpec | undefined): void {
  spec?.devices?.requests?.forEach(defaultRequest);
}

/** The tolerations of a request or of an allocation. */
export function defaultTolerations(tolerations: readonly resourcev1.DeviceToleration[] | undefined): void {
  tolerations?.forEach((toleration) => {
    toleration.operator ||= 'Equal';
  });
}

function defaultRequest(request: AnyRequest): void {
  if (request.exactly) defaultExact(request.exactly);
  if (request.deviceClassName) defaultExact(request);
  request.firstAvailable?.forEach(defaultExact);
}

function defaultExact(request: Pick<resourcev1.ExactDeviceRequest, 'allocationMode' | 'count' | 'tolerations'>): void {
  request.allocationMode ||= 'ExactCount';
  if (request.allocationMode === 'ExactCount') request.count ||= 1;
  defaultTolerations(request.tolerations);
}
