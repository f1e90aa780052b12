import { nameOf, namespaceOf, type Pod, uidOf } from '../objects';
import type { FileSystemUsage } from '../stats/file-system';
import type { NodeLook } from '../stats/stats-provider';
import type { ContainerStats, FsStats, PodStats } from '../stats/summary';

const TIME = '2026-01-01T00:00:00.000Z';

/** What a pod uses, by its parts. */
export interface Used {
  readonly memory?: number;
  readonly processes?: number;
  readonly rootfs?: number;
  readonly logs?: number;
  readonly volumes?: Readonly<Record<string, number>>;
}

/** Of a pod with one container, which uses all of it. */
export function statsOf(pod: Pod, { memory = 0, processes = 0, rootfs = 0, logs = 0, volumes = {} }: Used): PodStats {
  const container: ContainerStats = {
    name: pod.spec?.containers[0]?.name ?? '',
    memory: { time: TIME, usageBytes: memory, workingSetBytes: memory },
    cpu: { time: TIME, usageCoreNanoSeconds: 1_500_000_000 },
    rootfs: fsStats(rootfs),
    logs: fsStats(logs),
  };
  return {
    podRef: { name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod) },
    containers: [container],
    cpu: { time: TIME, usageCoreNanoSeconds: 2_000_000_000 },
    memory: { time: TIME, usageBytes: memory, workingSetBytes: memory },
    process_stats: { process_count: processes },
    volume: Object.entries(volumes).map(([name, used]) => ({ name, ...fsStats(used) })),
    'ephemeral-storage': fsStats(rootfs + logs + Object.values(volumes).reduce((total, used) => total + used, 0)),
  };
}

function fsStats(used: number): FsStats {
  return { time: TIME, usedBytes: used, inodesUsed: used };
}

/** A look at a node that has so much left of its memory and of its disk, of 1000. */
export function lookOf(pods: readonly PodStats[], { memory = 1000, disk = 1000 }: { readonly memory?: number; readonly disk?: number } = {}): NodeLook {
  const file: FileSystemUsage = { capacityBytes: 1000, availableBytes: disk, usedBytes: 1000 - disk, inodes: 1000, inodesFree: 1000, device: 1 };
  return {
    summary: {
      node: {
        nodeName: 'n1',
        startTime: TIME,
        cpu: { time: TIME, usageCoreNanoSeconds: 3_000_000_000 },
        memory: { time: TIME, availableBytes: memory, usageBytes: 1000 - memory, workingSetBytes: 1000 - memory },
        fs: fsStats(1000 - disk),
        runtime: {},
        rlimit: { time: TIME, maxpid: 1000, curproc: 10 },
      },
      pods,
    },
    fileSystems: { node: file, images: file, ofImages: { bytes: 0, inodes: 0 } },
  };
}
