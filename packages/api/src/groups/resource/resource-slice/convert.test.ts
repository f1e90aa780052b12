import type { resourcev1, resourcev1beta1 } from '../../../types';
import { conversionV1beta1 } from './convert';

const head = { kind: 'ResourceSlice', metadata: { name: 's' } } as const;
const spec = { driver: 'd', nodeName: 'n', pool: { name: 'p', generation: 1, resourceSliceCount: 1 } };

const beta: resourcev1beta1.ResourceSlice = {
  ...head,
  apiVersion: 'resource.k8s.io/v1beta1',
  spec: {
    ...spec,
    devices: [
      { name: 'gpu-0', basic: { attributes: { model: { string: 'x' } } } },
      { name: 'gpu-1', basic: {} },
    ],
  },
};

const stored: resourcev1.ResourceSlice = {
  ...head,
  apiVersion: 'resource.k8s.io/v1',
  spec: { ...spec, devices: [{ name: 'gpu-0', attributes: { model: { string: 'x' } } }, { name: 'gpu-1' }] },
};

describe('resource.k8s.io/v1beta1 slices', () => {
  it('have the facts of a device in `basic`', () => {
    expect(conversionV1beta1.toStorage(beta)).toEqual(stored);
    expect(conversionV1beta1.fromStorage(stored)).toEqual(beta);
  });
});
