/** The answer of `/stats/summary` (stats/v1alpha1), as far as it is measured. Times are RFC 3339. */
export interface Summary {
  readonly node: NodeStats;
  readonly pods: readonly PodStats[];
}

export interface NodeStats {
  readonly nodeName: string;
  readonly startTime: string;
  readonly cpu: CpuStats;
  readonly memory: MemoryStats;
  readonly fs: FsStats;
  readonly runtime: { readonly imageFs?: FsStats; readonly containerFs?: FsStats };
  readonly rlimit: { readonly time: string; readonly maxpid: number; readonly curproc: number };
}

export interface PodStats {
  readonly podRef: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly startTime?: string;
  readonly containers: readonly ContainerStats[];
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  /** Of pods that have a network of their own. */
  readonly network?: NetworkStats;
  readonly process_stats?: { readonly process_count: number };
  readonly volume: readonly VolumeStats[];
  /** All that counts for limits of local ephemeral storage: what containers have written, their logs, volumes on disk. */
  readonly 'ephemeral-storage': FsStats;
}

/** The counts of the pod's own interface, and of all. */
export type NetworkStats = Partial<InterfaceStats> & { readonly time: string; readonly interfaces: readonly InterfaceStats[] };

export interface InterfaceStats {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

export interface ContainerStats {
  readonly name: string;
  readonly startTime?: string;
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly rootfs: FsStats;
  readonly logs: FsStats;
}

export type VolumeStats = FsStats & { readonly name: string };

export interface CpuStats {
  readonly time: string;
  readonly usageNanoCores?: number;
  readonly usageCoreNanoSeconds: number;
}

export interface MemoryStats {
  readonly time: string;
  readonly availableBytes?: number;
  readonly usageBytes: number;
  readonly workingSetBytes: number;
  readonly rssBytes?: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
}

/** The file system that something lies on, and the part of it that is its own. */
export interface FsStats {
  readonly time: string;
  readonly availableBytes?: number;
  readonly capacityBytes?: number;
  readonly usedBytes: number;
  readonly inodesFree?: number;
  readonly inodes?: number;
  readonly inodesUsed: number;
}
