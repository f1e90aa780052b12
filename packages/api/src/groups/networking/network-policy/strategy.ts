import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { warningsForCidr } from '../../../shared/ip/warnings';
import type { networkingv1 } from '../../../types';
import { validateNetworkPolicy } from './validate';

export const strategy: Strategy<networkingv1.NetworkPolicy> = {
  validate: (policy) => validateNetworkPolicy(policy),
  warningsOnCreate: warnings,
  validateUpdate: (policy, old) => validateNetworkPolicy(policy, old),
  warningsOnUpdate: (policy) => warnings(policy),
  tracksGeneration: true,
};

function warnings({ spec = {} }: networkingv1.NetworkPolicy): string[] {
  const path = FieldPath.of('spec');
  return [
    ...(spec.ingress ?? []).flatMap(({ from }, i) => peerWarnings(from, path.child('ingress').index(i).child('from'))),
    ...(spec.egress ?? []).flatMap(({ to }, i) => peerWarnings(to, path.child('egress').index(i).child('to'))),
  ];
}

function peerWarnings(peers: readonly networkingv1.NetworkPolicyPeer[] | undefined, path: FieldPath): string[] {
  return (peers ?? []).flatMap(({ ipBlock }, i) => {
    if (!ipBlock) return [];
    const at = path.index(i).child('ipBlock');
    const except = (ipBlock.except ?? []).flatMap((cidr, j) => warningsForCidr(cidr, at.child('except').index(j)));
    return [...warningsForCidr(ipBlock.cidr, at.child('cidr')), ...except];
  });
}
