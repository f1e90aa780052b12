import { builtInDefinitions } from '@typekube/api';

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** `deployments.apps`; `*.apps`; `*.` is all of the core group. */
export function parseGroupResource(text: string): GroupResource {
  const dot = text.indexOf('.');
  return dot < 0 ? { group: '', resource: text } : { group: text.slice(dot + 1), resource: text.slice(0, dot) };
}

export function formatGroupResource({ group, resource }: GroupResource): string {
  return group ? `${resource}.${group}` : resource;
}

const ROOT = '/registry/';

/** By the store's prefix of its objects, with a slash at the end. Both kinds of events lie in one place, which is named for the older. */
const BUILT_IN: ReadonlyMap<string, GroupResource> = new Map(
  builtInDefinitions.flatMap(({ storagePrefix, group, plural }) => {
    if (!storagePrefix) return [];
    const resource = plural === 'events' ? { group: '', resource: 'events' } : { group, resource: plural };
    return [[`${storagePrefix}/`, resource] as const];
  }),
);

/** Whose object lies at a key of the store; undefined for what is no object of the API (allocations, leases of servers). */
export function resourceOfKey(key: string): GroupResource | undefined {
  if (!key.startsWith(ROOT)) return undefined;
  const first = key.indexOf('/', ROOT.length) + 1;
  const second = key.indexOf('/', first) + 1;
  if (first === 0) return undefined;
  const builtIn = BUILT_IN.get(key.slice(0, first)) ?? (second > first ? BUILT_IN.get(key.slice(0, second)) : undefined);
  if (builtIn || second === 0) return builtIn;
  // Custom resources: /registry/GROUP/PLURAL/.
  const group = key.slice(ROOT.length, first - 1);
  return group.includes('.') ? { group, resource: key.slice(first, second - 1) } : undefined;
}
