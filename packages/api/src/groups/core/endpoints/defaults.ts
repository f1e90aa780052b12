import type { corev1 } from '../../../types';

export function setDefaults(endpoints: corev1.Endpoints): void {
  for (const subset of endpoints.subsets ?? []) {
    for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  }
}
