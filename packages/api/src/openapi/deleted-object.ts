/** Kinds of the core group of which a delete answers with the object. */
const CORE = ['PersistentVolume', 'PersistentVolumeClaim', 'Pod', 'PodTemplate', 'ResourceQuota', 'Service', 'ServiceAccount'];

/**
 * Whether a delete of this kind answers with the deleted object rather than a Status (the store's ReturnDeletedObject
 * upstream): some kinds of the core group, and all of resource.k8s.io and storage.k8s.io but CSIStorageCapacity.
 */
export function returnsDeletedObject(group: string, kind: string): boolean {
  if (group === '') return CORE.includes(kind);
  return group === 'resource.k8s.io' || (group === 'storage.k8s.io' && kind !== 'CSIStorageCapacity');
}
