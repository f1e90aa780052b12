import type { corev1, storagev1 } from '@typekube/api';
import { parseQuantity } from '@typekube/apimachinery';
import type { AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { isResource } from '../pods';

type Claim = corev1.PersistentVolumeClaim;

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** Upstream's PersistentVolumeClaimResize: a claim may grow only where its storage class says that its volume can. */
export function persistentVolumeClaimResize({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const classes = objects<storagev1.StorageClass>('storage.k8s.io', 'storageclasses');
  const mayGrow = (claim: Claim, old: Claim): boolean => {
    const [name, oldName] = [classOf(claim), classOf(old)];
    return Boolean(name) && name === oldName && classes.get('', name)?.allowVolumeExpansion === true;
  };
  return {
    name: 'PersistentVolumeClaimResize',
    handles: (target) => isResource(target, '', 'persistentvolumeclaims') && target.operation === 'UPDATE' && target.subresource === '',
    validate(attributes) {
      const [claim, old] = [attributes.object as Claim, attributes.oldObject as Claim];
      if (!grows(claim, old)) return;
      if (old.status?.phase !== 'Bound') throw forbidden(attributes, 'only bound persistent volume claims can be expanded');
      if (mayGrow(claim, old)) return;
      const why = 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
      throw forbidden(attributes, why);
    },
  };
}

function grows(claim: Claim, old: Claim): boolean {
  const size = ({ spec }: Claim): ReturnType<typeof parseQuantity> => parseQuantity(spec?.resources?.requests?.['storage'] ?? '0');
  return size(claim).cmp(size(old)) > 0;
}

function classOf({ metadata, spec }: Claim): string {
  return metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';
}
