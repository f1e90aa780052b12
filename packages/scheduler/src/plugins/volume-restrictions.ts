import type { PodInfo } from '../cache/pod-info';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type EventToRegister } from '../framework/events';
import type { PluginHandle } from '../framework/handle';
import { type Pod, specOf } from '../framework/objects';
import type { NodeInfo } from '../cache/node-info';
import type { Plugin, PreFilterOutcome } from '../framework/plugin';
import { skip, type Status, unschedulable } from '../framework/status';

const IN_USE = unschedulable('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode');

interface Exclusive {
  /** Claims of the pod that one pod alone may use, as `namespace/name`. */
  readonly claims: ReadonlySet<string>;
  /** How often others use them, on any node. */
  uses: number;
}

const exclusiveClaims = new StateKey<Exclusive>('PreFilterVolumeRestrictions', (value) => ({ ...value }));

/** A claim of mode ReadWriteOncePod is used by one pod at a time, in the whole cluster. Volumes of kinds that are no more have no rules here. */
export class VolumeRestrictions implements Plugin {
  readonly name = 'VolumeRestrictions';

  constructor(private readonly handle: Pick<PluginHandle, 'cluster'>) {}

  eventsToRegister(): readonly EventToRegister[] {
    return [
      { resource: 'AssignedPod', action: ActionType.Delete },
      { resource: 'Node', action: ActionType.Add },
      { resource: 'PersistentVolumeClaim', action: ActionType.Add | ActionType.Update },
    ];
  }

  preFilter(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): PreFilterOutcome | undefined {
    const claims = new Set(claimKeys(pod).filter((key) => this.isExclusive(key)));
    if (!claims.size) return { status: skip };
    const exclusive: Exclusive = { claims, uses: 0 };
    for (const { pods } of nodes) for (const other of pods) exclusive.uses += usesOf(other, claims);
    exclusiveClaims.write(state, exclusive);
    return undefined;
  }

  addPod(state: CycleState, _pod: Pod, added: PodInfo): void {
    const exclusive = exclusiveClaims.find(state);
    if (exclusive) exclusive.uses += usesOf(added, exclusive.claims);
  }

  removePod(state: CycleState, _pod: Pod, removed: PodInfo): void {
    const exclusive = exclusiveClaims.find(state);
    if (exclusive) exclusive.uses -= usesOf(removed, exclusive.claims);
  }

  filter(state: CycleState): Status | undefined {
    return exclusiveClaims.read(state).uses > 0 ? IN_USE : undefined;
  }

  private isExclusive(key: string): boolean {
    const [namespace = '', name = ''] = key.split('/');
    return this.handle.cluster.claim(namespace, name)?.spec?.accessModes?.includes('ReadWriteOncePod') ?? false;
  }
}

function usesOf({ pod }: PodInfo, claims: ReadonlySet<string>): number {
  return claimKeys(pod).filter((key) => claims.has(key)).length;
}

function claimKeys(pod: Pod): string[] {
  return (specOf(pod).volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [`${pod.metadata.namespace ?? ''}/${claim.claimName}`] : [],
  );
}
