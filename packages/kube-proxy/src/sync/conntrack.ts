import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
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

const execute = promisify(execFile);

/** Makes the kernel forget the flows. Without `conntrack` on the machine they stay until they fall silent: a warning. */
export async function deleteUdpFlows(filters: readonly FlowFilter[], family: IpFamily, log: Logger): Promise<void> {
  for (const filter of filters) {
    try {
      await execute('conntrack', ['-D', '-p', 'udp', '-f', family === 'IPv4' ? 'ipv4' : 'ipv6', ...filter]);
    } catch (error) {
      // conntrack ends with 1 where there was no such flow.
      if (error instanceof Error && 'code' in error && error.code === 1) continue;
      log.warn('Failed to delete stale UDP flows', { filter: filter.join(' '), error: String(error) });
    }
  }
}
