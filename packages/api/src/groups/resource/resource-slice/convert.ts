import type { KubeObject } from '@typekube/apimachinery';
import type { resourcev1, resourcev1beta1 } from '../../../types';

/** Between resource.k8s.io/v1beta1 and the stored v1: a v1beta1 device has its facts in `basic`. */
export const conversionV1beta1 = {
  toStorage: (object: KubeObject): resourcev1.ResourceSlice => toStorage(object as resourcev1beta1.ResourceSlice),
  fromStorage,
};

function toStorage(object: resourcev1beta1.ResourceSlice): resourcev1.ResourceSlice {
  return { ...object, apiVersion: 'resource.k8s.io/v1', spec: specToStorage(object.spec) };
}

function fromStorage(object: resourcev1.ResourceSlice): resourcev1beta1.ResourceSlice {
  return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec: specFromStorage(object.spec) };
}

function specToStorage({ devices, ...spec }: resourcev1beta1.ResourceSliceSpec): resourcev1.ResourceSliceSpec {
  return { ...spec, ...(devices && { devices: devices.map(({ name, basic }) => ({ name, ...basic })) }) };
}

/** Every v1 device is a basic one: `basic` is always there. */
function specFromStorage({ devices, ...spec }: resourcev1.ResourceSliceSpec): resourcev1beta1.ResourceSliceSpec {
  return { ...spec, ...(devices && { devices: devices.map(({ name, ...basic }) => ({ name, basic })) }) };
}
