import type { NodeLook } from '../stats/stats-provider';
import type { FileSystemUsage } from '../stats/file-system';
import type { Observation, Observations } from './pressure';
import type { Signal } from './signals';

/** What a look at the node says of each signal. */
export function observationsOf({ summary, fileSystems: { node, images } }: NodeLook): Observations {
  const { memory, rlimit } = summary.node;
  const available = memory.availableBytes ?? 0;
  return new Map<Signal, Observation>([
    ['memory.available', { available, capacity: available + memory.workingSetBytes }],
    ...disk('nodefs.available', 'nodefs.inodesFree', node),
    ...(images ? disk('imagefs.available', 'imagefs.inodesFree', images) : []),
    ['pid.available', { available: rlimit.maxpid - rlimit.curproc, capacity: rlimit.maxpid }],
  ]);
}

/** Some file systems have no fixed number of inodes; they never run out of them. */
function disk(space: Signal, inodes: Signal, usage: FileSystemUsage): [Signal, Observation][] {
  const { availableBytes, capacityBytes, inodesFree, inodes: all } = usage;
  const found: [Signal, Observation][] = [[space, { available: availableBytes, capacity: capacityBytes }]];
  if (all > 0) found.push([inodes, { available: inodesFree, capacity: all }]);
  return found;
}
