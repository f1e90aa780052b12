import { type FieldError, type FieldPath, forbidden, required } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { validateSources } from '../../core/persistent-volume/validate-sources';

const NOT_INLINE = 'may not be specified in the context of inline volumes';

/** A volume of a pod that is attached without a PersistentVolume: a CSI volume, and nothing that claims or classes speak of. */
export function validateInlineVolume(spec: corev1.PersistentVolumeSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.claimRef) errors.push(forbidden(path.child('claimRef'), NOT_INLINE));
  if (Object.keys(spec.capacity ?? {}).length > 0) errors.push(forbidden(path.child('capacity'), NOT_INLINE));
  if (!spec.csi) errors.push(required(path.child('csi'), 'has to be specified in the context of inline volumes'));
  if (spec.nodeAffinity) errors.push(forbidden(path.child('nodeAffinity'), NOT_INLINE));
  if (spec.persistentVolumeReclaimPolicy) errors.push(forbidden(path.child('persistentVolumeReclaimPolicy'), NOT_INLINE));
  if (spec.storageClassName) errors.push(forbidden(path.child('storageClassName'), NOT_INLINE));
  if (spec.volumeMode !== undefined && spec.volumeMode !== 'Filesystem') {
    const detail = 'may not specify volumeMode other than Filesystem in the context of inline volumes';
    errors.push(forbidden(path.child('volumeMode'), detail));
  }
  return [...errors, ...validateSources(spec, path)];
}
