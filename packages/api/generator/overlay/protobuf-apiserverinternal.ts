import type { FieldNumbers } from './field-numbers';

export const apiserverinternal: FieldNumbers = {
  ServerStorageVersion: 'apiServerID:1 encodingVersion:2 decodableVersions:3 servedVersions:4',
  StorageVersion: 'metadata:1 spec:2 status:3',
  StorageVersionCondition: 'type:1 status:2 observedGeneration:3 lastTransitionTime:4 reason:5 message:6',
  StorageVersionSpec: '',
  StorageVersionStatus: 'storageVersions:1 commonEncodingVersion*:2 conditions:3',
};
