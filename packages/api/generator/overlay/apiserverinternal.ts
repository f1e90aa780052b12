import type { Overlay } from './overlay';

export const apiserverinternal: Overlay = {
  ServerStorageVersion: { decodableVersions: 'list=set', servedVersions: 'list=set' },
  StorageVersion: { spec: 'type=@io.k8s.api.apiserverinternal.v1alpha1.StorageVersionSpec' },
  StorageVersionStatus: { conditions: 'list=map(type)', storageVersions: 'list=map(apiServerID)' },
};
