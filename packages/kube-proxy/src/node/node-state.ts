import { isDeepStrictEqual } from 'node:util';
import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { type IpFamily, ipsOfFamily } from '../model/ip-family';

/** What the proxy needs to know of its own node. */
export interface NodeState {
  readonly zone: string;
  /** Addresses of the type InternalIP, else ExternalIP, as upstream. */
  readonly ips: readonly string[];
  readonly podCidrs: readonly string[];
  /** Load balancers may send traffic here: the node is not about to go. */
  readonly isEligible: boolean;
}

/** A node that is not there, or not yet. */
export const UNKNOWN_NODE: NodeState = { zone: '', ips: [], podCidrs: [], isEligible: true };

/** The taint that the cluster autoscaler sets on nodes that it is about to delete. */
const TO_BE_DELETED_TAINT = 'ToBeDeletedByClusterAutoscaler';

export function nodeState({ metadata, spec, status }: DeepReadonly<corev1.Node>): NodeState {
  const addresses = status?.addresses ?? [];
  const internal = addresses.filter(({ type }) => type === 'InternalIP');
  const chosen = internal.length > 0 ? internal : addresses.filter(({ type }) => type === 'ExternalIP');
  const isTainted = (spec?.taints ?? []).some(({ key }) => key === TO_BE_DELETED_TAINT);
  return {
    zone: metadata.labels?.['topology.kubernetes.io/zone'] ?? '',
    ips: chosen.map(({ address }) => address),
    podCidrs: spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []),
    isEligible: !isTainted && metadata.deletionTimestamp === undefined,
  };
}

/** The node's own address of a family; one that the proxy was told to bind to counts first. */
export function nodeIpOf({ ips }: NodeState, family: IpFamily, bindAddress: string): string | undefined {
  const [bound] = ipsOfFamily([bindAddress], family);
  if (bound !== undefined && bound !== '0.0.0.0' && bound !== '::') return bound;
  return ipsOfFamily(ips, family)[0];
}

export function isSameNode(a: NodeState, b: NodeState): boolean {
  return isDeepStrictEqual(a, b);
}
