import { execFile } from 'node:child_process';
import type { Logger } from '@typekube/component-base';
import type { PortState } from '../model/changes';
import type { IpFamily } from '../model/ip-family';
import { type ServicePort, servicePortText } from '../model/services';

/** Flows that the kernel would go on sending where they went: `conntrack` arguments that choose them. */
export type FlowFilter = readonly string[];

/**
 * UDP has no end of a connection, so a client that keeps its port would be sent to an endpoint that is gone, or, where there
 * was none, nowhere, for as long as it talks. Chooses the flows of endpoints that left a service and, where a service has got
 * its first endpoint, those to its addresses.
 */
export function staleUdpFlows(before: readonly PortState[], after: readonly PortState[]): FlowFilter[] {
  const known = new Map(after.map((state) => [servicePortText(state.service), state]));
  const old = new Map(before.map((state) => [servicePortText(state.service), state]));
  const left = before.flatMap((state) => leftFlows(state, known.get(servicePortText(state.service))));
  const started = after.flatMap((state) => startedFlows(old.get(servicePortText(state.service)), state));
  return [...left, ...started];
}

function leftFlows(before: PortState, after: PortState | undefined): FlowFilter[] {
  if (before === after || before.service.protocol !== 'udp') return [];
  const remaining = new Set(usableIps(after));
  const gone = [...usableIps(before)].filter((ip) => !remaining.has(ip));
  return gone.flatMap((ip) => destinations(before.service).map((filter) => [...filter, '--dst-nat', ip]));
}

function startedFlows(before: PortState | undefined, after: PortState): FlowFilter[] {
  if (before === after || after.service.protocol !== 'udp') return [];
  return usableIps(before).size === 0 && usableIps(after).size > 0 ? destinations(after.service) : [];
}

function usableIps(state: PortState | undefined): Set<string> {
  const usable = state?.endpoints.filter((endpoint) => endpoint.isReady || (endpoint.isServing && endpoint.isTerminating)) ?? [];
  return new Set(usable.map(({ ip }) => ip));
}

function destinations({ clusterIp, externalIps, loadBalancerIps, port, nodePort }: ServicePort): FlowFilter[] {
  const addresses = [clusterIp, ...externalIps, ...loadBalancerIps];
  const byAddress = addresses.map((ip) => ['--orig-dst', ip, '--orig-port-dst', String(port)]);
  return nodePort === 0 ? byAddress : [...byAddress, ['--orig-port-dst', String(nodePort)]];
}

/** Runs conntrack; gives its exit code and what it said. */
export type RunConntrack = (args: readonly string[]) => Promise<{ readonly code: number | string; readonly text: string }>;

/** The system's conntrack, in the network namespace of this process. */
export const systemConntrack: RunConntrack = (args) =>
  new Promise((resolve) => {
    execFile('conntrack', args, (error, _output, errors) => resolve({ code: error?.code ?? 0, text: errors || String(error) }));
  });

/** Nothing was found to delete. */
const NONE_FOUND = 1;

export interface DeleteOptions {
  readonly family: IpFamily;
  readonly conntrack: RunConntrack;
  readonly log: Logger;
}

/** Makes the kernel forget the flows. Without `conntrack` on the machine they stay until they fall silent: a warning. */
export async function deleteUdpFlows(filters: readonly FlowFilter[], { family, conntrack, log }: DeleteOptions): Promise<void> {
  for (const filter of filters) {
    const { code, text } = await conntrack(['-D', '-p', 'udp', '-f', family === 'IPv4' ? 'ipv4' : 'ipv6', ...filter]);
    if (code === 0 || code === NONE_FOUND) continue;
    log.warn('Failed to delete stale UDP flows', { filter: filter.join(' '), error: text.trim() });
  }
}
