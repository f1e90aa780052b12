import type { corev1, storagev1 } from '@typekube/api';
import type { AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { isResource } from '../pods';
import { newestMarked } from '../newest-marked';

const DEFAULT_MARKS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
/** Where a claim names its class since before there was a field for it. */
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** Upstream's DefaultStorageClass: a claim that names no class gets the default one. An empty name is a name. */
export function defaultStorageClass({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const classes = objects<storagev1.StorageClass>('storage.k8s.io', 'storageclasses');
  return {
    name: 'DefaultStorageClass',
    handles: (target) => isResource(target, '', 'persistentvolumeclaims') && target.operation === 'CREATE' && target.subresource === '',
    admit({ object }) {
      const claim = object as corev1.PersistentVolumeClaim;
      if (claim.metadata.annotations?.[CLASS_ANNOTATION] !== undefined || claim.spec?.storageClassName !== undefined) return;
      const name = newestMarked(classes.list(''), DEFAULT_MARKS)?.metadata.name;
      if (name) claim.spec = { ...claim.spec, storageClassName: name };
    },
  };
}
