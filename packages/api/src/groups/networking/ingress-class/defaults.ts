import type { networkingv1 } from '../../../types';

export function setDefaults({ spec }: networkingv1.IngressClass): void {
  if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
}
