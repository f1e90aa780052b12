import { addressOfPodName, canonicalAddress } from './address';
import { clusterIps, type ClusterView, type EndpointSlice, type Service, serviceNameOf } from './cluster';
import { type NameRequest, type ServiceRequest } from './name';

/** One address that a name stands for. */
export interface Target {
  readonly address: string;
  /** Absent where no port is declared: no SRV record then. */
  readonly port?: number;
  /** The address's own name, before the cluster's domain. */
  readonly name: string;
}

/** What there is under a name. A name that exists may have no targets. */
export type Found =
  | { readonly kind: 'missing' }
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'external'; readonly name: string };

/** Of the specification that is followed: https://github.com/kubernetes/dns/blob/master/docs/specification.md */
const SCHEMA_VERSION = '1.1.0';

const MISSING: Found = { kind: 'missing' };
const EMPTY: Found = { kind: 'targets', targets: [] };

/** Looks a name up, which has been read by `parseName`. */
export function lookup(request: NameRequest, view: ClusterView): Found {
  switch (request.kind) {
    case 'nothing':
      return MISSING;
    case 'version':
      return { kind: 'text', text: SCHEMA_VERSION };
    case 'between':
      return request.namespace === undefined || view.hasNamespace(request.namespace) ? EMPTY : MISSING;
    case 'pod': {
      // As CoreDNS' `pods insecure`: any address in a namespace that exists.
      const address = view.hasNamespace(request.namespace) ? addressOfPodName(request.name) : undefined;
      return address ? { kind: 'targets', targets: [{ address, name: `${request.name}.${request.namespace}.pod` }] } : MISSING;
    }
    case 'service':
      return view.hasNamespace(request.namespace) ? lookupService(request, view) : MISSING;
  }
}

/** No ready endpoint behind a headless service, or none of that name: the name does not exist then. */
function lookupService(request: ServiceRequest, view: ClusterView): Found {
  const service = view.service(request.namespace, request.name);
  if (!service) return MISSING;
  const { type, externalName = '' } = service.spec ?? {};
  if (type === 'ExternalName') return externalName && !request.endpoint ? { kind: 'external', name: externalName } : MISSING;
  const targets = isHeadless(service) || request.endpoint ? endpointTargets(request, view) : clusterIpTargets(service, request);
  return targets.length ? { kind: 'targets', targets } : MISSING;
}

function isHeadless({ spec }: Service): boolean {
  return spec?.clusterIP === 'None';
}

interface Port {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
}

function matches({ port, protocol }: ServiceRequest, candidate: Port): boolean {
  if (port && port !== candidate.name) return false;
  return !protocol || protocol === (candidate.protocol ?? 'TCP').toLowerCase();
}

function clusterIpTargets(service: Service, request: ServiceRequest): Target[] {
  const name = `${request.name}.${request.namespace}.svc`;
  const ports = (service.spec?.ports ?? []).filter((port) => matches(request, port));
  return ports.flatMap(({ port }) => clusterIps(service).map((address) => ({ address, port, name })));
}

function endpointTargets(request: ServiceRequest, view: ClusterView): Target[] {
  return view.slices(request.namespace, request.name).flatMap((slice) => {
    const declared: readonly Port[] = slice.ports?.length ? slice.ports : [{}];
    const ports = declared.filter((port) => matches(request, port));
    return readyEndpoints(slice)
      .filter(({ hostname }) => !request.endpoint || hostname === request.endpoint)
      .flatMap(({ address, hostname }) =>
        ports.map(({ port }) => ({
          address,
          ...(port !== undefined && { port }),
          name: `${hostname}.${request.name}.${request.namespace}.svc`,
        })),
      );
  });
}

/** Ready ones, which all are where the service publishes not-ready addresses: who writes the slices sees to that. */
function readyEndpoints({ endpoints }: EndpointSlice): { readonly address: string; readonly hostname: string }[] {
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses, hostname }) =>
    addresses.map(canonicalAddress).map((address) => ({ address, hostname: hostname?.toLowerCase() || address.replace(/[.:]/g, '-') })),
  );
}

/** The names of an address, before the cluster's domain: of the service whose it is, else of all endpoints with it. */
export function lookupAddress(address: string, view: ClusterView): string[] {
  const service = view.serviceByAddress(address);
  if (service) return [`${service.metadata.name ?? ''}.${service.metadata.namespace ?? ''}.svc`];
  const names = view.slicesByAddress(address).flatMap((slice) => {
    const found = readyEndpoints(slice).filter((endpoint) => endpoint.address === address);
    return found.map(({ hostname }) => `${hostname}.${serviceNameOf(slice)}.${slice.metadata.namespace ?? ''}.svc`);
  });
  return [...new Set(names)];
}
