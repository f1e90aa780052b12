import { sleep } from '@typekube/component-base';
import type { NodeInfo } from '../cache/node-info';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type EventToRegister } from '../framework/events';
import type { Claim, PluginHandle, Volume } from '../framework/handle';
import type { Node, Pod } from '../framework/objects';
import type { Plugin, PreFilterOutcome } from '../framework/plugin';
import { skip, type Status, unresolvable } from '../framework/status';
import { claimsOf, isBound, type PodClaims } from './volume-binding/claims';
import { isReachable, type NodePlan, planNode } from './volume-binding/plan-node';

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

interface CycleClaims extends PodClaims {
  /** By the name of the node, for those that were found to fit. */
  readonly plans: Map<string, NodePlan>;
}

const claimsOfCycle = new StateKey<CycleClaims>('PreFilterVolumeBinding', (claims) => ({ ...claims, plans: new Map(claims.plans) }));

/** How often claims are looked at that are being bound. */
const POLL_MILLISECONDS = 250;

/**
 * Keeps pods to the nodes that can reach their volumes. Before a pod is bound, its claims that wait for their first consumer get volumes that are
 * there already and that the chosen node reaches, or are provisioned for it. Each free volume is given to one claim only.
 */
export class VolumeBinding implements Plugin {
  readonly name = 'VolumeBinding';
  /** The volumes of pods that are being bound, with the uids of their claims. */
  private readonly taken = new Map<string, string | undefined>();

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
    claimsOfCycle.write(state, { ...claims, plans: new Map() });
    return undefined;
  }

  filter(state: CycleState, _pod: Pod, { node, name }: NodeInfo): Status | undefined {
    const { bound, delayed } = claimsOfCycle.read(state);
    for (const claim of bound) {
      const status = node && this.checkVolume(claim, node);
      if (status) return status;
    }
    if (!node || !delayed.length) return undefined;
    const plan = planNode({ claims: delayed, node, cluster: this.handle.cluster, isTaken: (volume, claim) => this.isTaken(volume, claim) });
    if (plan) claimsOfCycle.read(state).plans.set(name, plan);
    return plan ? undefined : NOTHING_TO_BIND;
  }

  reserve(state: CycleState, _pod: Pod, nodeName: string): Status | undefined {
    for (const { volume, claim } of planOf(state, nodeName)?.keep ?? []) this.taken.set(volume.metadata.name ?? '', claim.metadata.uid);
    return undefined;
  }

  unreserve(state: CycleState, _pod: Pod, nodeName: string): void {
    for (const { volume } of planOf(state, nodeName)?.keep ?? []) this.taken.delete(volume.metadata.name ?? '');
  }

  async preBind(state: CycleState, _pod: Pod, nodeName: string): Promise<Status | undefined> {
    const plan = planOf(state, nodeName);
    if (!plan) return undefined;
    const { writer } = this.handle;
    const isKept = (volume: Volume): boolean => volume.spec?.claimRef !== undefined;
    await Promise.all([
      ...plan.keep.filter(({ volume }) => !isKept(volume)).map(({ volume, claim }) => writer.keepVolume(volume, claim)),
      ...plan.provision.map((claim) => writer.selectNode(claim, nodeName)),
    ]);
    await this.untilBound([...plan.keep.map(({ claim }) => claim), ...plan.provision]);
    return undefined;
  }

  postBind(state: CycleState, pod: Pod, nodeName: string): void {
    this.unreserve(state, pod, nodeName);
  }

  private isTaken({ metadata: { name = '' } }: Volume, claim: Claim): boolean {
    return this.taken.has(name) && this.taken.get(name) !== claim.metadata.uid;
  }

  private checkVolume({ spec }: Claim, node: Node): Status | undefined {
    const volume = this.handle.cluster.volume(spec?.volumeName ?? '');
    if (!volume) return NO_VOLUME;
    return isReachable(volume, node) ? undefined : NODE_CONFLICT;
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

function planOf(state: CycleState, nodeName: string): NodePlan | undefined {
  return claimsOfCycle.find(state)?.plans.get(nodeName);
}
