import { NodeSelector } from '@typekube/apimachinery';
import { sleep } from '@typekube/component-base';
import type { NodeInfo } from '../cache/node-info';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type EventToRegister } from '../framework/events';
import type { Claim, PluginHandle } from '../framework/handle';
import type { Node, Pod } from '../framework/objects';
import type { Plugin, PreFilterOutcome } from '../framework/plugin';
import { skip, type Status, unresolvable } from '../framework/status';
import { claimsOf, isBound, NO_PROVISIONER, type PodClaims } from './volume-binding/claims';

export interface VolumeBindingArgs {
  /** How long claims may take to be provisioned once their node is chosen. */
  readonly bindTimeoutSeconds: number;
}

/** Upstream's defaults. */
export const DEFAULT_VOLUME_BINDING_ARGS: VolumeBindingArgs = { bindTimeoutSeconds: 600 };

const UNBOUND_IMMEDIATE = unresolvable('pod has unbound immediate PersistentVolumeClaims');
const NODE_CONFLICT = unresolvable("node(s) didn't match PersistentVolume's node affinity");
const NO_VOLUME = unresolvable('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
const NOTHING_TO_BIND = unresolvable("node(s) didn't find available persistent volumes to bind");

const claimsOfCycle = new StateKey<PodClaims>('PreFilterVolumeBinding');

/** How often claims are looked at that are being provisioned. */
const POLL_MILLISECONDS = 250;

/**
 * Keeps pods to the nodes that can reach their volumes. Claims that wait for their first consumer are provisioned for the
 * chosen node before the pod is bound. Volumes that exist already are not matched with such claims here: without a provisioner
 * they find nothing.
 */
export class VolumeBinding implements Plugin {
  readonly name = 'VolumeBinding';

  constructor(
    private readonly handle: Pick<PluginHandle, 'cluster' | 'writer' | 'clock' | 'stopping'>,
    private readonly args: VolumeBindingArgs = DEFAULT_VOLUME_BINDING_ARGS,
  ) {}

  eventsToRegister(): readonly EventToRegister[] {
    const changed = ActionType.Add | ActionType.Update;
    return [
      { resource: 'StorageClass', action: changed },
      { resource: 'PersistentVolumeClaim', action: changed },
      { resource: 'PersistentVolume', action: changed },
      { resource: 'Node', action: ActionType.Add | ActionType.UpdateNodeLabel },
    ];
  }

  preFilter(state: CycleState, pod: Pod): PreFilterOutcome | undefined {
    const claims = claimsOf(pod, this.handle.cluster);
    if (!claims) return { status: skip };
    if ('problem' in claims) return { status: unresolvable(claims.problem) };
    if (claims.immediate.length) return { status: UNBOUND_IMMEDIATE };
    claimsOfCycle.write(state, claims);
    return undefined;
  }

  filter(state: CycleState, _pod: Pod, { node }: NodeInfo): Status | undefined {
    const { bound, delayed } = claimsOfCycle.read(state);
    for (const claim of bound) {
      const status = node && this.checkVolume(claim, node);
      if (status) return status;
    }
    return node && delayed.some((claim) => !this.canProvision(claim, node)) ? NOTHING_TO_BIND : undefined;
  }

  async preBind(state: CycleState, _pod: Pod, nodeName: string): Promise<Status | undefined> {
    const delayed = claimsOfCycle.find(state)?.delayed ?? [];
    if (!delayed.length) return undefined;
    await Promise.all(delayed.map((claim) => this.handle.writer.selectNode(claim, nodeName)));
    await this.untilBound(delayed);
    return undefined;
  }

  private checkVolume({ spec }: Claim, node: Node): Status | undefined {
    const volume = this.handle.cluster.volume(spec?.volumeName ?? '');
    if (!volume) return NO_VOLUME;
    const required = volume.spec?.nodeAffinity?.required;
    return !required || new NodeSelector(required.nodeSelectorTerms).matches(node) ? undefined : NODE_CONFLICT;
  }

  private canProvision({ spec }: Claim, node: Node): boolean {
    const storageClass = this.handle.cluster.storageClass(spec?.storageClassName ?? '');
    if (!storageClass || storageClass.provisioner === NO_PROVISIONER) return false;
    const topologies = storageClass.allowedTopologies ?? [];
    if (!topologies.length) return true;
    const labels = node.metadata.labels ?? {};
    return topologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    );
  }

  /** Rejects where it takes too long, or the scheduler stops: the pod is tried again then. */
  private async untilBound(claims: readonly Claim[]): Promise<void> {
    const { cluster, clock, stopping } = this.handle;
    const deadline = clock.monotonic() + this.args.bindTimeoutSeconds * 1000;
    const isDone = ({ metadata: { namespace = '', name = '' } }: Claim): boolean => {
      const now = cluster.claim(namespace, name);
      if (!now) throw new Error(`could not find PVC ${namespace}/${name}`);
      return isBound(now);
    };
    while (!claims.every(isDone)) {
      if (clock.monotonic() > deadline) throw new Error('binding volumes: context deadline exceeded');
      await sleep(clock, POLL_MILLISECONDS, stopping);
    }
  }
}
