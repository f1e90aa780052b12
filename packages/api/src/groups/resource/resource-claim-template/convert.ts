import type { KubeObject } from '@typekube/apimachinery';
import type { resourcev1, resourcev1beta1 } from '../../../types';
import { claimSpecFromStorage, claimSpecToStorage } from '../resource-claim/device-request';
import { setDefaults } from './defaults';

/** Between resource.k8s.io/v1beta1 and the stored v1: the device requests of the inner claim differ. */
export const conversionV1beta1 = {
  toStorage: (object: KubeObject): resourcev1.ResourceClaimTemplate => toStorage(object as resourcev1beta1.ResourceClaimTemplate),
  fromStorage,
};

/** The defaults of v1, in the form of v1beta1. */
export function setDefaultsV1beta1(object: resourcev1beta1.ResourceClaimTemplate): void {
  const stored = toStorage(object);
  setDefaults(stored);
  object.spec = fromStorage(stored).spec;
}

function toStorage(object: resourcev1beta1.ResourceClaimTemplate): resourcev1.ResourceClaimTemplate {
  const spec = { ...object.spec, spec: claimSpecToStorage(object.spec?.spec) };
  return { ...object, apiVersion: 'resource.k8s.io/v1', spec };
}

function fromStorage(object: resourcev1.ResourceClaimTemplate): resourcev1beta1.ResourceClaimTemplate {
  const spec = { ...object.spec, spec: claimSpecFromStorage(object.spec?.spec) };
  return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec };
}
