import { semanticEqual } from '@typekube/apimachinery';
import type { EndpointSlice } from '../shared/objects';
import type { Endpoint, EndpointGroup, EndpointPort, Family } from './plan-endpoints';

/** What a new slice is to hold. */
export interface NewSlice {
  readonly family: Family;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface SliceChanges {
  readonly create: readonly NewSlice[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly endpoints: readonly Endpoint[] }[];
  readonly remove: readonly EndpointSlice[];
}

export interface SlicesState {
  readonly family: Family;
  readonly groups: readonly EndpointGroup[];
  /** The service's slices of this family. */
  readonly existing: readonly EndpointSlice[];
  readonly maxPerSlice: number;
}

/**
 * How to bring the slices to what is wanted with few writes: endpoints stay where they are; new ones fill slices that change
 * anyway, then the fullest that has room, then new slices. A service without endpoints keeps one empty slice.
 * (Reconciler.reconcileByPortMapping)
 */
export function planSlices({ family, groups, existing, maxPerSlice }: SlicesState): SliceChanges {
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    const key = portsKey(slice.ports ?? []);
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  const wanted = groups.length > 0 ? groups : [{ ports: [], endpoints: [] }];
  const plans = wanted.map((group) => {
    const key = portsKey(group.ports);
    const slices = byPorts.get(key) ?? [];
    byPorts.delete(key);
    return group.endpoints.length > 0 ? planGroup(group, { slices, family, maxPerSlice }) : planPlaceholder(slices, family);
  });
  return {
    create: plans.flatMap(({ create }) => create),
    update: plans.flatMap(({ update }) => update),
    remove: [...plans.flatMap(({ remove }) => remove), ...[...byPorts.values()].flat()],
  };
}

function planPlaceholder(slices: readonly EndpointSlice[], family: Family): SliceChanges {
  const [kept, ...remove] = slices;
  if (!kept) return { create: [{ family, ports: [], endpoints: [] }], update: [], remove: [] };
  return { create: [], update: (kept.endpoints ?? []).length > 0 ? [{ slice: kept, endpoints: [] }] : [], remove };
}

interface Filled {
  readonly slice: EndpointSlice;
  readonly endpoints: Endpoint[];
  changed: boolean;
}

interface GroupState {
  readonly slices: readonly EndpointSlice[];
  readonly family: Family;
  readonly maxPerSlice: number;
}

function planGroup({ ports, endpoints }: EndpointGroup, { slices, family, maxPerSlice }: GroupState): SliceChanges {
  const missing = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const filled = slices.map((slice) => keepWanted(slice, missing));
  const rest = [...missing.values()];
  const withRoom = filled
    .filter((each) => each.endpoints.length > 0 && each.endpoints.length < maxPerSlice)
    .sort((a, b) => Number(b.changed) - Number(a.changed) || b.endpoints.length - a.endpoints.length);
  for (const target of withRoom) {
    if (rest.length === 0) break;
    target.endpoints.push(...rest.splice(0, maxPerSlice - target.endpoints.length));
    target.changed = true;
  }
  // An empty slice is filled anew rather than deleted beside a new one.
  const emptied = filled.filter((each) => each.endpoints.length === 0);
  for (const target of emptied) target.endpoints.push(...rest.splice(0, maxPerSlice));
  const create: NewSlice[] = [];
  while (rest.length > 0) create.push({ family, ports, endpoints: rest.splice(0, maxPerSlice) });
  return {
    create,
    update: filled.filter((each) => each.changed && each.endpoints.length > 0),
    remove: filled.filter((each) => each.endpoints.length === 0).map(({ slice }) => slice),
  };
}

/** The wanted endpoints that a slice has already, as they are now; they are missing no more. */
function keepWanted(slice: EndpointSlice, missing: Map<string, Endpoint>): Filled {
  const endpoints: Endpoint[] = [];
  let changed = (slice.endpoints ?? []).length === 0;
  for (const current of slice.endpoints ?? []) {
    const identity = identityOf(current);
    const wanted = missing.get(identity);
    missing.delete(identity);
    if (wanted) endpoints.push(wanted);
    changed ||= !wanted || !semanticEqual(wanted, current);
  }
  return { slice, endpoints, changed };
}

/** The same endpoint, whatever its conditions are. */
function identityOf({ addresses, targetRef }: Endpoint): string {
  return `${addresses.join()}/${targetRef?.uid ?? ''}`;
}

/** The same for the same ports in any order. */
export function portsKey(ports: readonly EndpointPort[]): string {
  const texts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol = '' }) => {
    return JSON.stringify([name, port, protocol, appProtocol]);
  });
  return texts.sort().join();
}
