import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Pod, Service } from '../shared/objects';
import { isPodReady } from '../shared/pod-state';
import { addressOfFamily, hostnameOf, isHeadless, mayBeEndpoint, targetPortOf } from '../shared/service-pods';

type Address = DeepReadonly<corev1.EndpointAddress>;
type Port = DeepReadonly<corev1.EndpointPort>;
export type Subset = DeepReadonly<corev1.EndpointSubset>;

/** An object of more addresses than this is cut, and says so (maxCapacity). */
export const MAX_ADDRESSES = 1000;

interface Entry {
  readonly address: Address;
  readonly isReady: boolean;
}

/**
 * The subsets of an Endpoints object: for each set of pods the ports that all of them have. (syncService,
 * endpoints.RepackSubsets)
 */
export function planSubsets(service: Service, pods: readonly Pod[]): Subset[] {
  const publishesUnready = service.spec?.publishNotReadyAddresses === true;
  const family = service.spec?.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
  const byPort = new Map<string, { readonly port: Port | undefined; readonly entries: Entry[] }>();
  for (const pod of pods) {
    const ip = mayBeEndpoint(pod, publishesUnready) ? addressOfFamily(pod, family) : undefined;
    if (ip === undefined) continue;
    const entry = { address: addressOf(service, pod, ip), isReady: publishesUnready || isPodReady(pod) };
    for (const port of portsOf(service, pod)) {
      const key = JSON.stringify(port ?? null);
      const found = byPort.get(key) ?? { port, entries: [] };
      byPort.set(key, found);
      found.entries.push(entry);
    }
  }
  return packed([...byPort.values()]);
}

/** Ports that the same addresses have come together. */
function packed(ports: readonly { readonly port: Port | undefined; readonly entries: readonly Entry[] }[]): Subset[] {
  const byAddresses = new Map<string, { readonly entries: readonly Entry[]; readonly ports: Port[] }>();
  for (const { port, entries } of ports) {
    const sorted = [...entries].sort(compareEntries);
    const key = JSON.stringify(sorted);
    const found = byAddresses.get(key) ?? { entries: sorted, ports: [] };
    byAddresses.set(key, found);
    if (port) found.ports.push(port);
  }
  return [...byAddresses.values()].map(({ entries, ports: shared }) => {
    const addresses = entries.filter(({ isReady }) => isReady).map(({ address }) => address);
    const notReadyAddresses = entries.filter(({ isReady }) => !isReady).map(({ address }) => address);
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ...(shared.length > 0 && { ports: shared.sort(comparePorts) }),
    };
  });
}

function addressOf(service: Service, pod: Pod, ip: string): Address {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const hostname = hostnameOf(pod, service);
  return {
    ip,
    ...(hostname && { hostname }),
    ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/** A headless service may have no port at all: its addresses count nevertheless. */
function portsOf(service: Service, pod: Pod): (Port | undefined)[] {
  const ports = service.spec?.ports ?? [];
  if (ports.length === 0) return isHeadless(service) ? [undefined] : [];
  return ports.flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    return [{ ...(name && { name }), port, protocol, ...(appProtocol && { appProtocol }) }];
  });
}

function compareEntries(a: Entry, b: Entry): number {
  return a.address.ip < b.address.ip ? -1 : a.address.ip > b.address.ip ? 1 : 0;
}

function comparePorts(a: Port, b: Port): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : (a.name ?? '') > (b.name ?? '') ? 1 : a.port - b.port;
}

/** The subsets with no more than so many addresses: ready ones stay first. Gives undefined where they are few enough. */
export function truncated(subsets: readonly Subset[], most = MAX_ADDRESSES): Subset[] | undefined {
  const sum = (count: (subset: Subset) => number): number => subsets.reduce((total, subset) => total + count(subset), 0);
  const ready = sum(({ addresses = [] }) => addresses.length);
  if (ready + sum(({ notReadyAddresses = [] }) => notReadyAddresses.length) <= most) return undefined;
  let readyLeft = Math.min(ready, most);
  let unreadyLeft = most - readyLeft;
  return subsets.map(({ addresses = [], notReadyAddresses = [], ports }) => {
    const keptReady = addresses.slice(0, readyLeft);
    const keptUnready = notReadyAddresses.slice(0, unreadyLeft);
    readyLeft -= keptReady.length;
    unreadyLeft -= keptUnready.length;
    return { addresses: keptReady, notReadyAddresses: keptUnready, ...(ports && { ports }) };
  });
}
