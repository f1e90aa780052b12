import type { discoveryv1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Node, Pod, Service } from '../shared/objects';
import { isPodReady } from '../shared/pod-state';
import { addressOfFamily, hostnameOf, mayBeEndpoint, targetPortOf } from '../shared/service-pods';

export type Endpoint = DeepReadonly<discoveryv1.Endpoint>;
export type EndpointPort = DeepReadonly<discoveryv1.EndpointPort>;
export type Family = 'IPv4' | 'IPv6';

/** Endpoints that have the same ports: they can share a slice. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface WantedEndpoints {
  readonly groups: readonly EndpointGroup[];
  /** Pods on nodes that the cache does not know (yet): they are left out, and looked for again. */
  readonly withoutNode: number;
}

const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** The address families in which a service is reached; one from before dual stack says it by its address. */
export function familiesOf({ spec }: Service): Family[] {
  const families = (spec?.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (families.length > 0) return families;
  return [spec?.clusterIP?.includes(':') ? 'IPv6' : 'IPv4'];
}

/** The endpoints of a service in one family. (Reconciler.reconcileByAddressType) */
export function planEndpoints(
  service: Service,
  pods: readonly Pod[],
  { family, nodeOf }: { readonly family: Family; readonly nodeOf: (name: string) => Node | undefined },
): WantedEndpoints {
  const groups = new Map<string, { ports: EndpointPort[]; endpoints: Endpoint[] }>();
  let withoutNode = 0;
  for (const pod of pods) {
    const address = mayBeEndpoint(pod, true) ? addressOfFamily(pod, family) : undefined;
    if (address === undefined) continue;
    const node = pod.spec?.nodeName ? nodeOf(pod.spec.nodeName) : undefined;
    if (pod.spec?.nodeName && !node) {
      withoutNode += 1;
      continue;
    }
    const ports = portsOf(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(service, pod, { address, node }));
  }
  return { groups: [...groups.values()], withoutNode };
}

function endpointOf(service: Service, pod: Pod, { address, node }: { readonly address: string; readonly node: Node | undefined }): Endpoint {
  const { namespace = '', name = '', uid = '', deletionTimestamp } = pod.metadata;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const hostname = hostnameOf(pod, service);
  const zone = node?.metadata.labels?.[ZONE_LABEL];
  return {
    addresses: [address],
    conditions: { ready: service.spec?.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(hostname && { hostname }),
    ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(zone && { zone }),
  };
}

/** Ports by their number on this pod; one whose name the pod does not have is left out. */
function portsOf({ spec }: Service, pod: Pod): EndpointPort[] {
  return (spec?.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol && { appProtocol }) }];
  });
}
