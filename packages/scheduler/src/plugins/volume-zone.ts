import type { NodeInfo } from '../cache/node-info';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type EventToRegister } from '../framework/events';
import type { PluginHandle, Volume } from '../framework/handle';
import type { Pod } from '../framework/objects';
import type { Plugin, PreFilterOutcome } from '../framework/plugin';
import { skip, type Status, unresolvable } from '../framework/status';
import { claimsOf } from './volume-binding/claims';

const NO_VOLUME_ZONE = unresolvable('node(s) had no available volume zone');

/** The labels by which volumes and nodes say where they are; the beta ones are of old. */
const STABLE_OF_BETA: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
};
const TOPOLOGY_LABELS = Object.entries(STABLE_OF_BETA).flat();

/** Between the values of a label of a volume that is in several zones. */
const SEPARATOR = '__';

interface Place {
  readonly label: string;
  readonly values: ReadonlySet<string>;
}

const placesOfCycle = new StateKey<readonly Place[]>('PreFilterVolumeZone');

/** Keeps pods to the zones and regions that the labels of their volumes name. Nodes that say of no zone may have any. */
export class VolumeZone implements Plugin {
  readonly name = 'VolumeZone';

  constructor(private readonly handle: Pick<PluginHandle, 'cluster'>) {}

  eventsToRegister(): readonly EventToRegister[] {
    const changed = ActionType.Add | ActionType.Update;
    return [
      { resource: 'PersistentVolumeClaim', action: changed },
      { resource: 'PersistentVolume', action: changed },
      { resource: 'StorageClass', action: ActionType.Add },
      { resource: 'Node', action: ActionType.Add | ActionType.UpdateNodeLabel },
    ];
  }

  /** What is wrong with claims is VolumeBinding's to say. */
  preFilter(state: CycleState, pod: Pod): PreFilterOutcome | undefined {
    const claims = claimsOf(pod, this.handle.cluster);
    const bound = claims && 'bound' in claims ? claims.bound : [];
    const places = bound.flatMap(({ spec }) => placesOf(this.handle.cluster.volume(spec?.volumeName ?? '')));
    if (!places.length) return { status: skip };
    placesOfCycle.write(state, places);
    return undefined;
  }

  filter(state: CycleState, _pod: Pod, { labels }: NodeInfo): Status | undefined {
    if (!TOPOLOGY_LABELS.some((label) => labels[label] !== undefined)) return undefined;
    const isThere = ({ label, values }: Place): boolean => values.has(labels[label] ?? labels[STABLE_OF_BETA[label] ?? ''] ?? '');
    return placesOfCycle.read(state).every(isThere) ? undefined : NO_VOLUME_ZONE;
  }
}

function placesOf(volume: Volume | undefined): Place[] {
  const labels = volume?.metadata.labels ?? {};
  return TOPOLOGY_LABELS.flatMap((label) => {
    const text = labels[label];
    return text === undefined ? [] : [{ label, values: new Set(text.split(SEPARATOR)) }];
  });
}
