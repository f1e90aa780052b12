import { podRequests } from '../admission/requests';
import { type Pod, specOf, uidOf } from '../objects';
import { type DiskUsage, sumOf } from '../stats/disk-usage';
import { usedOf } from '../stats/stats-provider';
import type { PodStats } from '../stats/summary';
import { type Signal, SIGNAL_FACTS } from './signals';

export type StatsByUid = ReadonlyMap<string, PodStats>;

/** Which parts of a pod's disk lie on the file system that is full. */
type DiskPart = 'rootfs' | 'logs' | 'volumes';

interface Measure {
  readonly usage: number;
  readonly request: number;
}

/**
 * The pods in the order in which they go for a signal; pure. First those that use more than they asked for, then by priority, the lowest first, then by how
 * much more they use. For process numbers priority alone comes first. Of whom nothing is known goes before all others.
 */
export function ranked(pods: readonly Pod[], stats: StatsByUid, signal: Signal, hasImageFs: boolean): Pod[] {
  const measure = (pod: Pod): Measure | undefined => {
    const found = stats.get(uidOf(pod));
    return found && measureOf(pod, found, signal, hasImageFs);
  };
  const keyed = pods.map((pod) => ({ pod, priority: specOf(pod).priority ?? 0, measure: measure(pod) }));
  const isUnknown = (each: (typeof keyed)[number]): number => (each.measure ? 1 : 0);
  const keepsToRequest = ({ measure: found }: (typeof keyed)[number]): number =>
    found && SIGNAL_FACTS[signal].resource !== 'pids' && found.usage <= found.request ? 1 : 0;
  const excess = ({ measure: found }: (typeof keyed)[number]): number => (found ? found.usage - found.request : 0);
  return keyed
    .sort((a, b) => isUnknown(a) - isUnknown(b) || keepsToRequest(a) - keepsToRequest(b) || a.priority - b.priority || excess(b) - excess(a))
    .map(({ pod }) => pod);
}

function measureOf(pod: Pod, stats: PodStats, signal: Signal, hasImageFs: boolean): Measure {
  const requests = podRequests(pod);
  switch (SIGNAL_FACTS[signal].resource) {
    case 'memory':
      return { usage: stats.memory?.workingSetBytes ?? 0, request: requests.get('memory') ?? 0 };
    case 'pids':
      return { usage: stats.process_stats?.process_count ?? 0, request: 0 };
    case 'ephemeral-storage':
      return { usage: diskOf(stats, partsOf(signal, hasImageFs)).bytes, request: requests.get('ephemeral-storage') ?? 0 };
    case 'inodes':
      return { usage: diskOf(stats, partsOf(signal, hasImageFs)).inodes, request: 0 };
  }
}

/** Where images have a file system of their own, what containers write lies there too. */
function partsOf(signal: Signal, hasImageFs: boolean): readonly DiskPart[] {
  if (!hasImageFs) return ['rootfs', 'logs', 'volumes'];
  return signal.startsWith('imagefs') ? ['rootfs'] : ['logs', 'volumes'];
}

function diskOf({ containers, volume }: PodStats, parts: readonly DiskPart[]): DiskUsage {
  return sumOf([
    ...(parts.includes('rootfs') ? containers.map(({ rootfs }) => usedOf(rootfs)) : []),
    ...(parts.includes('logs') ? containers.map(({ logs }) => usedOf(logs)) : []),
    ...(parts.includes('volumes') ? volume.map(usedOf) : []),
  ]);
}
