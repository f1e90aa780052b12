import type { networkingv1 } from '../../../types';

/** A policy is about incoming traffic, and about outgoing if it has rules for that. */
export function setDefaults({ spec }: networkingv1.NetworkPolicy): void {
  if (!spec) return;
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
  }
  if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}
