import type { KubeObject } from '@typekube/apimachinery';
import type { resourcev1, resourcev1beta1 } from '../../../types';
import { setDefaults } from './defaults';

/** Between resource.k8s.io/v1beta1 and the stored v1: a v1beta1 device has its facts in `basic`. */
export const conversionV1beta1 = {
  toStorage: (object: KubeObject): resourcev1.ResourceSlice => toStorage(object as resourcev1beta1.ResourceSlice),
  fromStorage,
};

/** The defaults of v1, in the form of v1beta1. */
export function setDefaultsV1beta1(object: resourcev1beta1.ResourceSlice): void {
  const stored = toStorage(object);
  setDefaults(stored);
  object.spec = fromStorage(stored).spec;
}

function toStorage(object: resourcev1beta1.ResourceSlice): resourcev1.ResourceSlice {
  return { ...object, apiVersion: 'resource.k8s.io/v1', spec: specToStorage(object.spec) };
}

function fromStorage(object: resourcev1.ResourceSlice): resourcev1beta1.ResourceSlice {
  return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec: specFromStorage(object.spec) };
}

function specToStorage(given: resourcev1beta1.ResourceSliceSpec): resourcev1.ResourceSliceSpec {
  const { devices, ...spec } = { ...given };
  return { ...spec, ...(devices && { devices: devices.map(({ name, basic }) => ({ name, ...basic })) }) };
}

/** Every v1 device is a basic one: `basic` is always there. */
function specFromStorage(stored: resourcev1.ResourceSliceSpec): resourcev1beta1.ResourceSliceSpec {
  const { devices, ...spec } = { ...stored };
  return { ...spec, ...(devices && { devices: devices.map(({ name, ...basic }) => ({ name, basic })) }) };
}
