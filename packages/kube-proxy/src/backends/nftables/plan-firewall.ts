import { networkContains, parseCidr, parseIp } from '@typekube/api';
import type { ServicePort } from '../../model/services';
import type { PlanContext } from './context';
import { Name, serviceChains } from './names';
import { type Chain, DIALECTS, type Element } from './ruleset';

/** The rules of `loadBalancerSourceRanges`: whoever else comes by a load balancer's address is dropped. */
export interface FirewallPlan {
  readonly chains: readonly [string, Chain][];
  readonly elements: readonly [string, string, Element][];
}

/** Node ports are not subject to it, as upstream. */
export function planFirewall(port: ServicePort, context: PlanContext): FirewallPlan {
  if (port.loadBalancerIps.length === 0 || port.sourceRanges.length === 0) return { chains: [], elements: [] };
  const { table } = DIALECTS[context.family];
  const chain = serviceChains(port).firewall;
  const sources = [...port.sourceRanges, ...ownAddresses(port, context)];
  return {
    chains: [[chain, { rules: [`${table} saddr != { ${sources.join(', ')} } drop`] }]],
    elements: port.loadBalancerIps.map((ip) => [
      Name.firewallIps,
      `${ip} . ${port.protocol} . ${port.port}`,
      { verdict: `goto ${chain}` },
    ]),
  };
}

/** Where the load balancer's address is one of the node's own, the node's packets to it bear it as their source. */
function ownAddresses(port: ServicePort, { nodeIp }: PlanContext): readonly string[] {
  const ip = nodeIp === undefined ? undefined : parseIp(nodeIp);
  const mayCome = port.sourceRanges.some((range) => {
    const cidr = parseCidr(range);
    return ip && cidr && networkContains(cidr, ip);
  });
  return mayCome ? port.loadBalancerIps : [];
}
