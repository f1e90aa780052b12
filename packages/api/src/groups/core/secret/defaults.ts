import type { corev1 } from '../../../types';

export function setDefaults(secret: corev1.Secret): void {
  secret.type ||= 'Opaque';
}
