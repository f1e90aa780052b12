import { setClaimSpecDefaults } from '../../../shared/volume/default-claim';
import type { corev1 } from '../../../types';

export function setDefaults(claim: corev1.PersistentVolumeClaim): void {
  claim.status = { ...claim.status, phase: claim.status?.phase || 'Pending' };
  setClaimSpecDefaults((claim.spec ??= {}));
}
