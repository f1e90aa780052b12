import { type InformerFactory, nodes } from '@typekube/client';
import type { SchedulerCache } from '../cache/cache';
import { ActionType, type ClusterChange } from '../framework/events';
import { isTerminal, type Node, type Pod, specOf, uidOf } from '../framework/objects';
import type { WaitingPods } from '../framework/waiting-pods';
import { nodeChanges, podChanges } from '../queue/pod-changes';
import type { SchedulingQueue } from '../queue/scheduling-queue';
import type { InformerReader } from './reader';

export interface Followers {
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly waitingPods: WaitingPods;
  /** Whether a profile of that name is ours. */
  readonly isResponsible: (schedulerName: string) => boolean;
}

/** Keeps cache and queue up to date with nodes and pods. (eventhandlers.go) */
export function followCluster(factory: InformerFactory, reader: InformerReader, followers: Followers): void {
  const nodeFollower = new NodeFollower(followers);
  factory.for(nodes).addHandler({
    onAdd: (node) => nodeFollower.add(node),
    onUpdate: (node, old) => nodeFollower.update(old, node),
    onDelete: (node) => nodeFollower.remove(node),
  });
  followVolumes(reader, followers.queue);
  const podFollower = new PodFollower(followers);
  reader.pods.addHandler({
    onAdd: (pod) => podFollower.change(undefined, pod),
    onUpdate: (pod, old) => podFollower.change(old, pod),
    onDelete: (pod) => podFollower.change(pod, undefined),
  });
}

/** Claims, volumes and classes are read where they are needed: here only pods that wait for them are woken. */
function followVolumes(reader: InformerReader, queue: SchedulingQueue): void {
  const wake = (resource: 'PersistentVolumeClaim' | 'PersistentVolume' | 'StorageClass') => {
    const on = (action: number, label: string) => (): void =>
      queue.onChange({ event: { resource, action, label: `${resource}${label}` } });
    return {
      onAdd: on(ActionType.Add, 'Add'),
      onUpdate: on(ActionType.UpdateOther, 'Update'),
      onDelete: on(ActionType.Delete, 'Delete'),
    };
  };
  reader.claims.addHandler(wake('PersistentVolumeClaim'));
  reader.volumes.addHandler(wake('PersistentVolume'));
  reader.classes.addHandler(wake('StorageClass'));
}

/** Takes changes of nodes. */
export class NodeFollower {
  constructor(private readonly followers: Pick<Followers, 'cache' | 'queue'>) {}

  add(node: Node): void {
    this.followers.cache.addNode(node);
    this.followers.queue.onChange({ event: { resource: 'Node', action: ActionType.Add, label: 'NodeAdd' }, newNode: node });
  }

  update(before: Node, node: Node): void {
    this.followers.cache.updateNode(node);
    for (const change of nodeChanges(before, node)) this.followers.queue.onChange(change);
  }

  remove(node: Node): void {
    this.followers.cache.removeNode(node);
    this.followers.queue.onChange({ event: { resource: 'Node', action: ActionType.Delete, label: 'NodeDelete' }, oldNode: node });
  }
}

/** Takes changes of pods: those with a node go to the cache, those that we are to give one to the queue. */
export class PodFollower {
  constructor(private readonly followers: Followers) {}

  change(before: Pod | undefined, after: Pod | undefined): void {
    if (before && after && uidOf(before) !== uidOf(after)) {
      // The deletion was missed: another pod has the name now.
      this.change(before, undefined);
      return this.change(undefined, after);
    }
    this.changeQueued(this.toSchedule(before), this.toSchedule(after));
    this.changeAssigned(running(before), running(after));
  }

  private changeAssigned(before: Pod | undefined, after: Pod | undefined): void {
    const { cache, queue } = this.followers;
    if (after && before) {
      cache.updatePod(after);
      for (const change of podChanges(before, after, 'AssignedPod')) queue.onChange(change);
    } else if (after) {
      cache.addPod(after);
      queue.onChange(assignedPodChange('Add', undefined, after));
    } else if (before) {
      cache.removePod(before);
      queue.onChange(assignedPodChange('Delete', before, undefined));
    }
  }

  private changeQueued(before: Pod | undefined, after: Pod | undefined): void {
    const { cache, queue, waitingPods } = this.followers;
    if (after && before) {
      if (!cache.isAssumed(after)) queue.update(before, after);
    } else if (after) {
      queue.add(after);
    } else if (before) {
      queue.delete(before);
      waitingPods.get(uidOf(before))?.reject('', 'removed');
    }
  }

  private toSchedule(pod: Pod | undefined): Pod | undefined {
    if (!pod || isTerminal(pod) || specOf(pod).nodeName) return undefined;
    return this.followers.isResponsible(specOf(pod).schedulerName || 'default-scheduler') ? pod : undefined;
  }
}

/** The change of a pod that has come to a node, or left it. */
export function assignedPodChange(what: 'Add' | 'Delete', oldPod: Pod | undefined, newPod: Pod | undefined): ClusterChange {
  return { event: { resource: 'AssignedPod', action: ActionType[what], label: `AssignedPod${what}` }, oldPod, newPod };
}

function running(pod: Pod | undefined): Pod | undefined {
  return pod && specOf(pod).nodeName && !isTerminal(pod) ? pod : undefined;
}
