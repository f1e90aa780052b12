import type { PlanContext } from './context';
import { Name } from './names';
import { type Chain, DIALECTS, type Element, type Hook, type NftSet } from './ruleset';

/**
 * Chains that the kernel calls. Our filters judge packets by the address that the sender wrote, so they come before the
 * rewriting of addresses; only the check of unused cluster addresses comes after it.
 */
const HOOKS: Readonly<Record<string, Hook>> = {
  'filter-prerouting': { type: 'filter', hook: 'prerouting', priority: '-110' },
  'filter-input': { type: 'filter', hook: 'input', priority: '-110' },
  'filter-forward': { type: 'filter', hook: 'forward', priority: '-110' },
  'filter-output': { type: 'filter', hook: 'output', priority: '-110' },
  'filter-output-post-dnat': { type: 'filter', hook: 'output', priority: '-90' },
  'nat-prerouting': { type: 'nat', hook: 'prerouting', priority: '-100' },
  'nat-output': { type: 'nat', hook: 'output', priority: '-100' },
  'nat-postrouting': { type: 'nat', hook: 'postrouting', priority: '100' },
};

/** Which chains each of them runs. Only new connections need be judged. */
const JUMPS: Readonly<Record<string, readonly string[]>> = {
  'filter-prerouting': [`ct state new jump ${Name.firewallCheck}`],
  'filter-input': [`ct state new jump ${Name.nodePortEndpointsCheck}`, `ct state new jump ${Name.serviceEndpointsCheck}`],
  'filter-forward': [`ct state new jump ${Name.serviceEndpointsCheck}`, `ct state new jump ${Name.clusterIpsCheck}`],
  'filter-output': [`ct state new jump ${Name.serviceEndpointsCheck}`, `ct state new jump ${Name.firewallCheck}`],
  'filter-output-post-dnat': [`ct state new jump ${Name.clusterIpsCheck}`],
  'nat-prerouting': [`jump ${Name.services}`],
  'nat-output': [`jump ${Name.services}`],
  'nat-postrouting': [`jump ${Name.masquerading}`],
};

/**
 * A process on the node itself would take the message that nobody is there for a passing trouble, and try for a second; a
 * reset ends its attempt at once.
 */
const REJECT = ['meta l4proto tcp reject with tcp reset', 'reject'];

/** The chains that are there whatever services there are. */
export function baseChains(context: PlanContext): [string, Chain][] {
  const ip = DIALECTS[context.family].table;
  const hooked = Object.entries(HOOKS).map(([name, hook]): [string, Chain] => [name, { hook, rules: JUMPS[name] ?? [] }]);
  const destination = `${ip} daddr . meta l4proto . th dport`;
  const plain: Readonly<Record<string, readonly string[]>> = {
    [Name.services]: [
      `${destination} vmap @${Name.serviceIps}`,
      `${toNodePorts(context, 'fib daddr type local ')} vmap @${Name.serviceNodePorts}`,
    ],
    [Name.serviceEndpointsCheck]: [`${destination} vmap @${Name.noEndpointServices}`],
    [Name.nodePortEndpointsCheck]: [`${toNodePorts(context, '')} vmap @${Name.noEndpointNodePorts}`],
    [Name.firewallCheck]: [`${destination} vmap @${Name.firewallIps}`],
    [Name.clusterIpsCheck]: clusterIpRules(context),
    [Name.reject]: [...REJECT],
    ...masqueradeRules(context),
  };
  return [...hooked, ...Object.entries(plain).map(([name, rules]): [string, Chain] => [name, { rules }])];
}

/** The sets and maps that chains look into; `elements` are those of services, by set. */
export function baseSets(context: PlanContext, elements: ReadonlyMap<string, ReadonlyMap<string, Element>>): [string, NftSet][] {
  const { address } = DIALECTS[context.family];
  const { nodePortIps } = context;
  const of = (name: string): ReadonlyMap<string, Element> => elements.get(name) ?? new Map();
  const map = (name: string, key: string, comment: string): [string, NftSet] => [
    name,
    { kind: 'map', type: `${key} : verdict`, comment, elements: of(name) },
  ];
  const set = (name: string, comment: string, members: ReadonlyMap<string, Element>): [string, NftSet] => [
    name,
    { kind: 'set', type: address, comment, elements: members },
  ];
  const byAddress = `${address} . inet_proto . inet_service`;
  const byPort = 'inet_proto . inet_service';
  const accepted: [string, NftSet][] =
    nodePortIps === 'all'
      ? []
      : [set(Name.nodePortIps, 'IPs that accept NodePort traffic', new Map(nodePortIps.map((ip) => [ip, {}])))];
  return [
    set(Name.clusterIps, 'Active ClusterIPs', of(Name.clusterIps)),
    ...accepted,
    map(Name.noEndpointServices, byAddress, 'vmap to drop or reject packets to services with no endpoints'),
    map(Name.noEndpointNodePorts, byPort, 'vmap to drop or reject packets to service nodeports with no endpoints'),
    map(Name.firewallIps, byAddress, 'destinations that are subject to LoadBalancerSourceRanges'),
    map(Name.serviceIps, byAddress, 'ClusterIP, ExternalIP and LoadBalancer IP traffic'),
    map(Name.serviceNodePorts, byPort, 'NodePort traffic'),
  ];
}

/** Node ports do not answer on loopback addresses: the answers could not be routed back. */
function toNodePorts({ family, nodePortIps }: PlanContext, anyLocal: string): string {
  const { table, notLoopback } = DIALECTS[family];
  const where = nodePortIps === 'all' ? `${anyLocal}${notLoopback}` : `${table} daddr @${Name.nodePortIps}`;
  return `${where} meta l4proto . th dport`;
}

/** What is still on its way to a cluster address here has no service: it must not leave by the default route. */
function clusterIpRules({ family, serviceCidrs }: PlanContext): string[] {
  const ip = DIALECTS[family].table;
  const active = `${ip} daddr @${Name.clusterIps} goto ${Name.reject} comment "Reject traffic to invalid ports of ClusterIPs"`;
  if (serviceCidrs.length === 0) return [active];
  return [active, `${ip} daddr { ${serviceCidrs.join(', ')} } drop comment "Drop traffic to unallocated ClusterIPs"`];
}

function masqueradeRules({ masqueradeBit }: PlanContext): Record<string, readonly string[]> {
  const mark = `0x${(2 ** masqueradeBit).toString(16).padStart(8, '0')}`;
  return {
    [Name.markMasquerade]: [`mark set mark or ${mark}`],
    [Name.masquerading]: [`mark and ${mark} == 0 return`, `mark set mark xor ${mark}`, 'masquerade fully-random'],
  };
}
