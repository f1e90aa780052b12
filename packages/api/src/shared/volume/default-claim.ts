import type { corev1 } from '../../types';
import { setResourceDefaults } from '../pod-template/default-resources';

/** Fills in the spec of a volume claim, standing alone or in a template (SetDefaults_PersistentVolumeClaimSpec). */
export function setClaimSpecDefaults(spec: corev1.PersistentVolumeClaimSpec): void {
  spec.volumeMode ??= 'Filesystem';
  spec.resources ??= {};
  setResourceDefaults(spec.resources);
}
