import { formatIp, parseIp, type discoveryv1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { type IpFamily, joinHostPort } from './ip-family';
import type { ServicePort } from './services';

/** One address and port behind a Service. */
export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  /** On the proxy's own node. */
  readonly isLocal: boolean;
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

type EndpointSlice = DeepReadonly<discoveryv1.EndpointSlice>;
type SliceEndpoint = NonNullable<EndpointSlice['endpoints']>[number];

/** The label that ties a slice to its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** `ip:port`: what tells endpoints of a port apart. */
export function endpointText({ ip, port }: Endpoint): string {
  return joinHostPort(ip, port);
}

/**
 * The endpoints of a service's port, from all of its slices, each once, in a steady order. A slice's port belongs to it by
 * name and protocol; one without a number is not proxied.
 */
export function endpointsOf(slices: Iterable<EndpointSlice>, port: ServicePort, scope: EndpointScope): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    if (slice.addressType !== scope.family) continue;
    for (const { name = '', protocol = 'TCP', port: number } of slice.ports ?? []) {
      if (name !== port.portName || protocol.toLowerCase() !== port.protocol || !number) continue;
      for (const raw of slice.endpoints ?? []) addEndpoint(found, toEndpoint(raw, number, scope.nodeName));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

export interface EndpointScope {
  readonly family: IpFamily;
  /** The node whose endpoints are local. */
  readonly nodeName: string;
}

/** While an endpoint moves between slices it may be in two of them: the one that is said to be local wins. */
function addEndpoint(found: Map<string, Endpoint>, endpoint: Endpoint | undefined): void {
  if (!endpoint) return;
  const key = endpointText(endpoint);
  if (endpoint.isLocal || !found.has(key)) found.set(key, endpoint);
}

/** Conditions that are not given count as upstream's: ready and serving, not terminating. */
function toEndpoint(raw: SliceEndpoint, port: number, nodeName: string): Endpoint | undefined {
  const ip = parseIp(raw.addresses[0] ?? '');
  if (!ip) return undefined;
  const { ready = true, serving = true, terminating = false } = raw.conditions ?? {};
  return {
    ip: formatIp(ip),
    port,
    isLocal: raw.nodeName !== undefined && raw.nodeName === nodeName,
    isReady: ready,
    isServing: serving,
    isTerminating: terminating,
    zoneHints: (raw.hints?.forZones ?? []).map(({ name }) => name),
    nodeHints: (raw.hints?.forNodes ?? []).map(({ name }) => name),
  };
}
