import { type Endpoint, endpointText } from './endpoints';
import { type ServicePort, usesClusterEndpoints, usesLocalEndpoints } from './services';

/** Where the proxy stands: what hints are compared with. */
export interface Place {
  readonly nodeName: string;
  /** Empty: the node has no zone. */
  readonly zone: string;
}

/** The endpoints that traffic of a service's port may go to, from this node. */
export interface Usable {
  /** For traffic under the policy Cluster, with topology hints heeded. Empty where no traffic is under it. */
  readonly cluster: readonly Endpoint[];
  /** For traffic under the policy Local. Empty where no traffic is under it. */
  readonly local: readonly Endpoint[];
  /** Both together, each once. */
  readonly reachable: readonly Endpoint[];
  /** There is an endpoint somewhere, though perhaps none that this node may use. */
  readonly hasAny: boolean;
}

/**
 * Chooses endpoints as upstream's pkg/proxy/topology.go: ready ones; where there are none, for each policy on its own, those
 * that still serve though they are terminating.
 */
export function usableEndpoints(port: ServicePort, endpoints: readonly Endpoint[], place: Place): Usable {
  const cluster = usesClusterEndpoints(port) ? clusterEndpoints(endpoints, place) : [];
  if (!usesLocalEndpoints(port)) return { cluster, local: [], reachable: cluster, hasAny: cluster.length > 0 };
  const local = readyOrTerminating(endpoints.filter(({ isLocal }) => isLocal));
  const hasAny = endpoints.some((endpoint) => endpoint.isReady || isServingTerminating(endpoint));
  const merged = new Map([...cluster, ...local].map((endpoint) => [endpointText(endpoint), endpoint]));
  return { cluster, local, reachable: [...merged.values()], hasAny };
}

function clusterEndpoints(endpoints: readonly Endpoint[], place: Place): readonly Endpoint[] {
  const ready = endpoints.filter(({ isReady }) => isReady);
  if (ready.length === 0) return endpoints.filter(isServingTerminating);
  return nearest(ready, place);
}

/** Hints count only where every ready endpoint has them and at least one is for us: first those for nodes, then for zones. */
function nearest(ready: readonly Endpoint[], { nodeName, zone }: Place): readonly Endpoint[] {
  return (
    hintedFor(ready, ({ nodeHints }) => nodeHints, nodeName) ?? hintedFor(ready, ({ zoneHints }) => zoneHints, zone) ?? ready
  );
}

function hintedFor(
  ready: readonly Endpoint[],
  hintsOf: (endpoint: Endpoint) => readonly string[],
  here: string,
): readonly Endpoint[] | undefined {
  if (!ready.every((endpoint) => hintsOf(endpoint).length > 0)) return undefined;
  const hinted = ready.filter((endpoint) => hintsOf(endpoint).includes(here));
  return hinted.length > 0 ? hinted : undefined;
}

function readyOrTerminating(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter(({ isReady }) => isReady);
  return ready.length > 0 ? ready : endpoints.filter(isServingTerminating);
}

function isServingTerminating({ isServing, isTerminating }: Endpoint): boolean {
  return isServing && isTerminating;
}
