import type { PodTraffic } from '../backends/nftables/context';
import { cidrsOfFamily, type IpFamily } from '../model/ip-family';
import type { NodeState } from './node-state';

/** How packets of this node's pods are told from others (`detectLocalMode`). */
export type LocalMode =
  | { readonly by: 'ClusterCIDR'; readonly cidrs: readonly string[] }
  | { readonly by: 'NodeCIDR' }
  | { readonly by: 'BridgeInterface'; readonly name: string }
  | { readonly by: 'InterfaceNamePrefix'; readonly prefix: string };

/** Undefined where it cannot be told: no network of that family is known. */
export function podTraffic(mode: LocalMode, family: IpFamily, node: NodeState): PodTraffic | undefined {
  switch (mode.by) {
    case 'ClusterCIDR':
      return fromNetwork(cidrsOfFamily(mode.cidrs, family)[0], family);
    case 'NodeCIDR':
      return fromNetwork(cidrsOfFamily(node.podCidrs, family)[0], family);
    case 'BridgeInterface':
      return { isLocal: `iifname "${mode.name}"`, isNotLocal: `iifname != "${mode.name}"` };
    case 'InterfaceNamePrefix':
      return { isLocal: `iifname "${mode.prefix}*"`, isNotLocal: `iifname != "${mode.prefix}*"` };
  }
}

function fromNetwork(cidr: string | undefined, family: IpFamily): PodTraffic | undefined {
  if (cidr === undefined) return undefined;
  const source = family === 'IPv4' ? 'ip saddr' : 'ip6 saddr';
  return { isLocal: `${source} ${cidr}`, isNotLocal: `${source} != ${cidr}` };
}
