import type { resourcev1, resourcev1beta1 } from '../../../types';

/**
 * Between the device requests of resource.k8s.io/v1beta1, which have the fields of an exact request in themselves, and those of
 * v1, which have them in `exactly`. A v1beta1 request is exact if it names a device class or sets any of these fields
 * (upstream's pkg/apis/resource/v1beta1 conversions).
 */
export function requestToStorage(request: resourcev1beta1.DeviceRequest): resourcev1.DeviceRequest {
  const { name, firstAvailable, deviceClassName, ...exact } = request;
  const isExact = Boolean(deviceClassName) || Object.keys(exact).length > 0;
  return {
    name,
    ...(firstAvailable && { firstAvailable }),
    ...(isExact && { exactly: { ...exact, deviceClassName: deviceClassName ?? '' } }),
  };
}

export function requestFromStorage({ name, exactly, firstAvailable }: resourcev1.DeviceRequest): resourcev1beta1.DeviceRequest {
  return { name, ...exactly, ...(firstAvailable && { firstAvailable }) };
}

/** The spec of a claim with its requests converted; empty where a client left it out, which validation then says. */
export function claimSpecToStorage(given: resourcev1beta1.ResourceClaimSpec | undefined): resourcev1.ResourceClaimSpec {
  const { devices, ...spec } = given ?? {};
  if (!devices) return spec;
  const { requests, ...same } = devices;
  return { ...spec, devices: { ...same, ...(requests && { requests: requests.map(requestToStorage) }) } };
}

export function claimSpecFromStorage(stored: resourcev1.ResourceClaimSpec | undefined): resourcev1beta1.ResourceClaimSpec {
  const { devices, ...spec } = stored ?? {};
  if (!devices) return spec;
  const { requests, ...same } = devices;
  return { ...spec, devices: { ...same, ...(requests && { requests: requests.map(requestFromStorage) }) } };
}
