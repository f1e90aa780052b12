import { type corev1, formatIp, parseIp } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Endpoint, EndpointPort, Family } from '../endpointslice/plan-endpoints';
import { portsKey } from '../endpointslice/plan-slices';
import type { Endpoints, EndpointSlice } from '../shared/objects';

type Address = DeepReadonly<corev1.EndpointAddress>;
type Subset = DeepReadonly<corev1.EndpointSubset>;

/** What one slice is to hold: the addresses of one family behind the same ports. */
export interface WantedSlice {
  readonly family: Family;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface WantedSlices {
  /** By `sliceKey`; only those that have endpoints. */
  readonly slices: ReadonlyMap<string, WantedSlice>;
  /** How many addresses are none. */
  readonly invalid: number;
  /** How many are mirrored in no slice, for whatever reason. */
  readonly skipped: number;
}

/** Slices of the same key would hold endpoints of the same family and ports. */
export function sliceKey({ addressType, ports }: Pick<EndpointSlice, 'addressType' | 'ports'>): string {
  return `${addressType}/${portsKey(ports ?? [])}`;
}

/** What the subsets are as slices: one for each family and set of ports. (reconciler.reconcile) */
export function planEndpoints({ subsets = [] }: Endpoints, maxPerSubset: number): WantedSlices {
  const found = new Map<string, { family: Family; ports: readonly EndpointPort[]; endpoints: Map<string, Endpoint> }>();
  let invalid = 0;
  let skipped = 0;
  for (const subset of subsets) {
    const ports = portsOf(subset);
    let room = maxPerSubset;
    for (const { address, ready } of addressesOf(subset)) {
      const mirrored = room > 0 ? endpointOf(address, ready) : undefined;
      if (room > 0 && !mirrored) invalid += 1;
      if (!mirrored) {
        skipped += 1;
        continue;
      }
      room -= 1;
      const { family, endpoint } = mirrored;
      const key = sliceKey({ addressType: family, ports: [...ports] });
      const slice = found.get(key) ?? { family, ports, endpoints: new Map<string, Endpoint>() };
      found.set(key, slice);
      slice.endpoints.set(identityOf(endpoint), endpoint);
    }
  }
  const slices = new Map<string, WantedSlice>();
  for (const [key, { endpoints, ...slice }] of found) {
    // Several subsets of the same ports share a slice, and its room.
    const fitting = [...endpoints.values()].slice(0, maxPerSubset);
    skipped += endpoints.size - fitting.length;
    slices.set(key, { ...slice, endpoints: fitting });
  }
  return { slices, invalid, skipped };
}

/** The same endpoint, whatever its conditions are. */
export function identityOf({ addresses, targetRef }: Endpoint): string {
  return [...addresses, targetRef?.namespace ?? '', targetRef?.name ?? ''].join('/');
}

/** Where there is no room for all, those that are not ready stay away first. */
function addressesOf({ addresses = [], notReadyAddresses = [] }: Subset): { address: Address; ready: boolean }[] {
  return [...addresses.map((address) => ({ address, ready: true })), ...notReadyAddresses.map((address) => ({ address, ready: false }))];
}

/** Undefined where it is no address. It is written anew: Endpoints may hold leading zeros, and IPv4 as IPv6. */
function endpointOf(address: Address, ready: boolean): { family: Family; endpoint: Endpoint } | undefined {
  const ip = parseIp(address.ip);
  if (!ip) return undefined;
  const { hostname, nodeName, targetRef } = address;
  const endpoint: Endpoint = {
    addresses: [formatIp(ip)],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
  return { family: ip.family === 4 ? 'IPv4' : 'IPv6', endpoint };
}

function portsOf({ ports = [] }: Subset): EndpointPort[] {
  return ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({ name, port, protocol, ...(appProtocol && { appProtocol }) }));
}
