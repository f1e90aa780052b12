import type { PortState } from '../../model/changes';
import { type Endpoint, endpointText } from '../../model/endpoints';
import { isExternallyAccessible, type ServicePort, servicePortText } from '../../model/services';
import { type Usable, usableEndpoints } from '../../model/topology';
import type { PlanContext } from './context';
import { endpointNames, Name, serviceChains } from './names';
import { planFirewall } from './plan-firewall';
import { type Chain, DIALECTS, type Element, type NftSet } from './ruleset';

/** The part of a ruleset that one service's port makes. */
export interface ServicePlan {
  readonly chains: readonly (readonly [string, Chain])[];
  /** Sets of its own. */
  readonly sets: readonly (readonly [string, NftSet])[];
  /** Elements of the common sets: set, key, element. */
  readonly elements: readonly (readonly [string, string, Element])[];
  /** There are endpoints, but none on this node, where a policy wants them. */
  readonly lacksLocal: { readonly internal: boolean; readonly external: boolean };
}

/** What of the choice of endpoints the parts of a plan go by. */
interface Choice {
  readonly port: ServicePort;
  readonly context: PlanContext;
  readonly usable: Usable;
  readonly chains: ReturnType<typeof serviceChains>;
  /** Traffic to the cluster address, or to the external ones, finds an endpoint that its policy allows. */
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
}

/** The rules for one port of a service, by the rules of upstream's pkg/proxy/nftables. */
export function planServicePort({ service: port, endpoints }: PortState, context: PlanContext): ServicePlan {
  const usable = usableEndpoints(port, endpoints, context);
  const hasLocal = usable.local.length > 0;
  const hasInternal = port.internalPolicyLocal ? hasLocal : usable.hasAny;
  const hasExternal = port.externalPolicyLocal ? hasLocal : usable.hasAny;
  const choice = { port, context, usable, chains: serviceChains(port), hasInternal, hasExternal };
  const firewall = planFirewall(port, context);
  return {
    chains: [...policyChains(choice), ...externalChain(choice), ...firewall.chains, ...endpointChains(choice)],
    sets: affinitySets(choice),
    elements: [...internalElements(choice), ...externalElements(choice), ...firewall.elements],
    lacksLocal: { internal: usable.hasAny && !hasInternal, external: usable.hasAny && !hasExternal },
  };
}

/** The chains that choose an endpoint, one for each policy in use. */
function policyChains(choice: Choice): [string, Chain][] {
  const { port, chains, usable, hasInternal } = choice;
  const masquerade = hasInternal ? internalMasquerade(choice) : [];
  const chain = (name: string, endpoints: readonly Endpoint[], isInternal: boolean): [string, Chain][] =>
    endpoints.length === 0 ? [] : [[name, { rules: [...(isInternal ? masquerade : []), ...chooseRules(choice, endpoints)] }]];
  return [
    ...chain(chains.cluster, usable.cluster, !port.internalPolicyLocal),
    ...chain(chains.local, usable.local, port.internalPolicyLocal),
  ];
}

/** What comes from outside the cluster by a route to its addresses must come back the same way. */
function internalMasquerade({ port, context }: Choice): string[] {
  const { table } = DIALECTS[context.family];
  const destination = `${table} daddr ${port.clusterIp} ${port.protocol} dport ${port.port}`;
  if (context.masqueradeAll) return [`${destination} jump ${Name.markMasquerade}`];
  return context.podTraffic ? [`${destination} ${context.podTraffic.isNotLocal} jump ${Name.markMasquerade}`] : [];
}

/** A client that is bound to an endpoint goes there; others anywhere. */
function chooseRules({ port, context }: Choice, endpoints: readonly Endpoint[]): string[] {
  const { table } = DIALECTS[context.family];
  const names = endpoints.map((endpoint) => endpointNames(port, endpoint));
  const bound = port.affinitySeconds === 0 ? [] : names.map(({ chain, affinity }) => `${table} saddr @${affinity} goto ${chain}`);
  return [...bound, ...randomRules(names.map(({ chain }) => chain))];
}

/**
 * Where there are more endpoints, one lookup takes the place of rules. Upstream always has it; but each is an unnamed map to
 * the kernel, which looks at all of them to make another one: with 10,000 services the first transaction took twenty times as long.
 */
const MAP_FROM = 5;

/** Goes to each of the chains with the same probability. */
function randomRules(chains: readonly string[]): string[] {
  const count = chains.length;
  if (count >= MAP_FROM)
    return [`numgen random mod ${count} vmap { ${chains.map((chain, i) => `${i} : goto ${chain}`).join(', ')} }`];
  return chains.map((chain, i) => (i === count - 1 ? `goto ${chain}` : `numgen random mod ${count - i} == 0 goto ${chain}`));
}

/** Traffic to external addresses and node ports: decides on masquerading and on the policy. */
function externalChain({ port, context: { podTraffic }, chains, usable, hasExternal }: Choice): [string, Chain][] {
  if (!usable.hasAny || !isExternallyAccessible(port)) return [];
  // The endpoint may be on another node, whose answer has to come back through this one.
  if (!port.externalPolicyLocal) return [[chains.external, { rules: [`jump ${Name.markMasquerade}`, `goto ${chains.cluster}`] }]];
  const fromPods = podTraffic ? [`${podTraffic.isLocal} goto ${chains.cluster} comment "short-circuit pod traffic"`] : [];
  const rules = [
    ...fromPods,
    `fib saddr type local jump ${Name.markMasquerade} comment "masquerade local traffic"`,
    `fib saddr type local goto ${chains.cluster} comment "short-circuit local traffic"`,
    ...(hasExternal ? [`goto ${chains.local}`] : []),
  ];
  return [[chains.external, { rules }]];
}

/** Rewrites to the endpoint. What an endpoint sends to itself by the service is masqueraded, lest it answer itself directly. */
function endpointChains({ port, context, usable }: Choice): [string, Chain][] {
  const { table } = DIALECTS[context.family];
  return usable.reachable.map((endpoint) => {
    const { chain, affinity } = endpointNames(port, endpoint);
    const remember = port.affinitySeconds === 0 ? [] : [`update @${affinity} { ${table} saddr }`];
    const hairpin = `${table} saddr ${endpoint.ip} jump ${Name.markMasquerade}`;
    return [chain, { rules: [hairpin, ...remember, `meta l4proto ${port.protocol} dnat to ${endpointText(endpoint)}`] }];
  });
}

function affinitySets({ port, context, usable }: Choice): [string, NftSet][] {
  if (port.affinitySeconds === 0) return [];
  const type = DIALECTS[context.family].address;
  const elements = new Map<string, Element>();
  return usable.reachable.map((endpoint) => [
    endpointNames(port, endpoint).affinity,
    { kind: 'set', type, timeoutSeconds: port.affinitySeconds, elements },
  ]);
}

type ElementEntry = [string, string, Element];

function internalElements({ port, chains, usable, hasInternal }: Choice): ElementEntry[] {
  const key = destinationKey(port.clusterIp, port);
  const verdict = `goto ${port.internalPolicyLocal ? chains.local : chains.cluster}`;
  return [
    [Name.clusterIps, port.clusterIp, {}],
    hasInternal ? [Name.serviceIps, key, { verdict }] : [Name.noEndpointServices, key, refusal(port, usable)],
  ];
}

/** With the policy Local both: the node's own traffic is let through by the external chain, what is left is dropped. */
function externalElements({ port, chains, usable, hasExternal }: Choice): ElementEntry[] {
  const verdict = `goto ${chains.external}`;
  const refused = refusal(port, usable);
  const addresses = [...port.externalIps, ...port.loadBalancerIps].map((ip) => destinationKey(ip, port));
  const entries: ElementEntry[] = [];
  for (const key of addresses) {
    if (usable.hasAny) entries.push([Name.serviceIps, key, { verdict }]);
    if (!hasExternal) entries.push([Name.noEndpointServices, key, refused]);
  }
  if (port.nodePort === 0) return entries;
  const key = `${port.protocol} . ${port.nodePort}`;
  if (usable.hasAny) entries.push([Name.serviceNodePorts, key, { verdict }]);
  if (!hasExternal) entries.push([Name.noEndpointNodePorts, key, refused]);
  return entries;
}

/** Nobody answers: say so. Others do, but not here: keep silent, so that a load balancer tries another node. */
function refusal(port: ServicePort, { hasAny }: Usable): Element {
  return { verdict: hasAny ? 'drop' : `goto ${Name.reject}`, comment: servicePortText(port) };
}

/** The key of maps by address, protocol and port. */
export function destinationKey(ip: string, { protocol, port }: ServicePort): string {
  return `${ip} . ${protocol} . ${port}`;
}
