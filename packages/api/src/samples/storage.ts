import type { KubeObject } from '@typekube/apimachinery';
import { sample, sampleInVersions } from './sample';

const DRIVER = 'disk.example.com';
const STORAGE = 'storage.k8s.io/v1';
const RESOURCE = 'resource.k8s.io';
const FLAT_REQUEST = { name: 'gpu', deviceClassName: 'sample-deviceclass' };
const REQUEST = { name: 'gpu', exactly: { deviceClassName: 'sample-deviceclass' } };
const SLICE = { driver: DRIVER, nodeName: 'sample-node', pool: { name: 'sample-node', generation: 1, resourceSliceCount: 1 } };

/** Samples of storage and devices. */
export const storageSamples: readonly KubeObject[] = [
  sample(STORAGE, 'CSIDriver', { spec: {} }),
  sample(STORAGE, 'CSINode', { spec: { drivers: [{ name: DRIVER, nodeID: 'n-1', topologyKeys: ['example.com/zone'] }] } }),
  sample(STORAGE, 'CSIStorageCapacity', { storageClassName: 'sample-storageclass', capacity: '1Gi' }),
  sample(STORAGE, 'StorageClass', { provisioner: DRIVER }),
  sample(STORAGE, 'VolumeAttachment', {
    spec: { attacher: DRIVER, nodeName: 'sample-node', source: { persistentVolumeName: 'sample-persistentvolume' } },
  }),
  ...sampleInVersions(
    'storage.k8s.io',
    ['v1', 'v1beta1'],
    'VolumeAttributesClass',
    { driverName: DRIVER, parameters: { iops: '100' } },
  ),
  ...sampleInVersions(RESOURCE, ['v1', 'v1beta2', 'v1beta1'], 'DeviceClass', { spec: {} }),
  ...sampleInVersions(RESOURCE, ['v1', 'v1beta2'], 'ResourceClaim', { spec: { devices: { requests: [REQUEST] } } }),
  sample(`${RESOURCE}/v1beta1`, 'ResourceClaim', { spec: { devices: { requests: [FLAT_REQUEST] } } }),
  ...sampleInVersions(
    RESOURCE,
    ['v1', 'v1beta2'],
    'ResourceClaimTemplate',
    { spec: { spec: { devices: { requests: [REQUEST] } } } },
  ),
  sample(`${RESOURCE}/v1beta1`, 'ResourceClaimTemplate', { spec: { spec: { devices: { requests: [FLAT_REQUEST] } } } }),
  ...sampleInVersions(RESOURCE, ['v1', 'v1beta2'], 'ResourceSlice', {
    spec: { ...SLICE, devices: [{ name: 'gpu-0', attributes: { model: { string: 'sample' } } }] },
  }),
  sample(`${RESOURCE}/v1beta1`, 'ResourceSlice', {
    spec: { ...SLICE, devices: [{ name: 'gpu-0', basic: { attributes: { model: { string: 'sample' } } } }] },
  }),
  ...sampleInVersions(RESOURCE, ['v1beta2', 'v1alpha3'], 'DeviceTaintRule', {
    spec: { taint: { key: 'example.com/broken', effect: 'NoSchedule' } },
  }),
  sample(`${RESOURCE}/v1alpha3`, 'ResourcePoolStatusRequest', { spec: { driver: DRIVER } }),
];
