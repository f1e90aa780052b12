import type { AdmissionPlugin, AdmissionTarget } from '../admission';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};

/** Upstream's StorageObjectInUseProtection: storage in use is kept until its protection controller lets it go. */
export function storageObjectInUseProtection(): AdmissionPlugin {
  return {
    name: 'StorageObjectInUseProtection',
    handles: (target) => target.operation === 'CREATE' && target.subresource === '' && finalizerOf(target) !== undefined,
    admit({ object, ...target }) {
      const finalizer = finalizerOf(target)!;
      const metadata = object!.metadata;
      if (!metadata.finalizers?.includes(finalizer)) metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
    },
  };
}

function finalizerOf({ resource: { groupResource } }: Pick<AdmissionTarget, 'resource'>): string | undefined {
  const { group, resource } = groupResource;
  return FINALIZERS[group ? `${resource}.${group}` : resource];
}
