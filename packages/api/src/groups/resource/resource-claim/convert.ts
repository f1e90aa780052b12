import type { KubeObject } from '@typekube/apimachinery';
import type { resourcev1, resourcev1beta1 } from '../../../types';
import { setDefaults } from './defaults';
import { claimSpecFromStorage, claimSpecToStorage } from './device-request';

/** Between resource.k8s.io/v1beta1 and the stored v1: the device requests differ. */
export const conversionV1beta1 = {
  toStorage: (object: KubeObject): resourcev1.ResourceClaim => toStorage(object as resourcev1beta1.ResourceClaim),
  fromStorage,
};

/** The defaults of v1, in the form of v1beta1. */
export function setDefaultsV1beta1(object: resourcev1beta1.ResourceClaim): void {
  const stored = toStorage(object);
  setDefaults(stored);
  object.spec = fromStorage(stored).spec;
}

function toStorage(object: resourcev1beta1.ResourceClaim): resourcev1.ResourceClaim {
  return { ...object, apiVersion: 'resource.k8s.io/v1', spec: claimSpecToStorage(object.spec) };
}

function fromStorage(object: resourcev1.ResourceClaim): resourcev1beta1.ResourceClaim {
  return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec: claimSpecFromStorage(object.spec) };
}
