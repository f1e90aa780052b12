import type { resourcev1, resourcev1beta1 } from '../../../types';
import { conversionV1beta1, setDefaultsV1beta1 } from './convert';

const head = { kind: 'ResourceClaim', metadata: { name: 'c' } } as const;

const beta: resourcev1beta1.ResourceClaim = {
  ...head,
  apiVersion: 'resource.k8s.io/v1beta1',
  spec: {
    devices: {
      requests: [
        { name: 'exact', deviceClassName: 'gpu', count: 2, allocationMode: 'ExactCount' },
        { name: 'either', firstAvailable: [{ name: 'big', deviceClassName: 'gpu' }] },
      ],
      constraints: [{ matchAttribute: 'driver/model' }],
    },
  },
};

const stored: resourcev1.ResourceClaim = {
  ...head,
  apiVersion: 'resource.k8s.io/v1',
  spec: {
    devices: {
      requests: [
        { name: 'exact', exactly: { deviceClassName: 'gpu', count: 2, allocationMode: 'ExactCount' } },
        { name: 'either', firstAvailable: [{ name: 'big', deviceClassName: 'gpu' }] },
      ],
      constraints: [{ matchAttribute: 'driver/model' }],
    },
  },
};

describe('resource.k8s.io/v1beta1 claims', () => {
  it('have the exact request in the request itself', () => {
    expect(conversionV1beta1.toStorage(beta)).toEqual(stored);
    expect(conversionV1beta1.fromStorage(stored)).toEqual(beta);
  });

  it('may ask for nothing', () => {
    const none = { ...head, apiVersion: 'resource.k8s.io/v1beta1', spec: {} };
    expect(conversionV1beta1.toStorage(none)).toEqual({ ...head, apiVersion: 'resource.k8s.io/v1', spec: {} });
  });

  it('have the defaults of v1 in their own form', () => {
    const given: resourcev1beta1.ResourceClaim = {
      ...head,
      apiVersion: 'resource.k8s.io/v1beta1',
      spec: { devices: { requests: [{ name: 'exact', deviceClassName: 'gpu' }] } },
    };
    setDefaultsV1beta1(given);
    expect(given.spec.devices?.requests).toEqual([
      { name: 'exact', deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 },
    ]);
  });
});
