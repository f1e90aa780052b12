import { compareGroups, groupPriority, type ResourceRegistry } from '@typekube/api';
import { compareVersionPriority } from '@typekube/apimachinery';
import { resourceDocument } from './aggregated';
import { versionPriority } from './version-priority';

/** A version of a group that another server serves, as far as is known. */
export interface RemoteVersion {
  readonly group: string;
  readonly version: string;
  /** As its APIService asks for: higher comes first. */
  readonly groupPriority: number;
  readonly versionPriority: number;
  /** Its resources, as aggregated discovery tells of them. */
  readonly resources: readonly object[];
  /** False while its server does not say: the resources are those of before then. */
  readonly isFresh: boolean;
}

/** What other servers serve beside this one. */
export interface RemoteVersions {
  readonly versions: readonly RemoteVersion[];
  /** Calls back after each change, synchronously. */
  onChange(listener: () => void): void;
}

export interface DiscoveredVersion {
  readonly version: string;
  readonly resources: () => readonly object[];
  readonly isFresh: boolean;
}

/** A group in the order of discovery, with the preferred version first. */
export interface DiscoveredGroup {
  readonly group: string;
  readonly versions: readonly DiscoveredVersion[];
}

interface Ranked extends DiscoveredVersion {
  readonly priority: number;
}

interface RankedGroup {
  priority: number;
  readonly versions: Map<string, Ranked>;
}

/** What this server and others serve together: groups by the highest priority that one of their versions asks for, versions by their own (apiregistration's SortedByGroupAndVersion). */
export function discoveredGroups(registry: ResourceRegistry, remote: readonly RemoteVersion[]): DiscoveredGroup[] {
  const local = registry.groups().map(({ group, versions }) => ({ group, versions: versions.map((version) => localVersion(registry, group, version)) }));
  if (remote.length === 0) return local;
  const groups = new Map<string, RankedGroup>(local.map(({ group, versions }) => [group, { priority: groupPriority(group), versions: new Map(versions.map((each) => [each.version, each])) }]));
  for (const { group, groupPriority: priority, ...version } of remote) {
    const known = groups.get(group) ?? { priority: 0, versions: new Map<string, Ranked>() };
    known.priority = Math.max(known.priority, priority);
    known.versions.set(version.version, { ...version, priority: version.versionPriority, resources: () => version.resources });
    groups.set(group, known);
  }
  const ordered = [...groups].sort(([a, { priority: ofA }], [b, { priority: ofB }]) => (a && b && ofB - ofA) || compareNames(a, b));
  return ordered.map(([group, { versions }]) => ({ group, versions: [...versions.values()].sort(compareVersions) }));
}

function localVersion(registry: ResourceRegistry, group: string, version: string): Ranked {
  return { version, priority: versionPriority(group, version), isFresh: true, resources: () => registry.resources(group, version).map(resourceDocument) };
}

function compareVersions(a: Ranked, b: Ranked): number {
  return b.priority - a.priority || compareVersionPriority(a.version, b.version);
}

/** The core group stands first. */
function compareNames(a: string, b: string): number {
  return a === '' || b === '' ? compareGroups(a, b) : a < b ? -1 : 1;
}
