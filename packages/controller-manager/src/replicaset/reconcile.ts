import type { corev1, appsv1 } from '@typekube/api';
import { selectorFromLabelSelector } from '@typekube/apimachinery';
import {
  controllerOf,
  type Expectations,
  type Indexer,
  pods,
  type ReconcileContext,
  replicaSets,
  type Requeue,
} from '@typekube/client';
import { claimObjects } from '../shared/claim';
import type { ControllerDeps } from '../shared/controller-deps';
import { BY_CONTROLLER, orphansOf } from '../shared/controller-index';
import { ExpectedPods } from '../shared/expected-pods';
import type { Pod, ReplicaSet, ReplicaSetStatus } from '../shared/objects';
import { PodControl } from '../shared/pod-control';
import { isPodActive, isPodTerminating, nextAvailability } from '../shared/pod-state';
import { sameStatus } from '../shared/same-status';
import { writeStatus } from '../shared/write-status';
import { planReplicas } from './plan-replicas';
import { planStatus, type StatusState } from './plan-status';

export const REPLICA_SET = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };

export interface ReplicaSetWorld {
  readonly deps: ControllerDeps;
  readonly replicaSets: Indexer<appsv1.ReplicaSet>;
  readonly pods: Indexer<corev1.Pod>;
  readonly expectations: Expectations;
}

/** One replica set: claims its pods, makes or deletes some where their number is wrong, and says in its status how it stands. */
export class ReplicaSetReconciler {
  private readonly pods: ExpectedPods;

  constructor(private readonly world: ReplicaSetWorld) {
    this.pods = new ExpectedPods(new PodControl(world.deps), world.expectations);
  }

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const { expectations } = this.world;
    const replicaSet = this.world.replicaSets.get(key);
    if (!replicaSet) return expectations.delete(key);
    const mayManage = expectations.satisfied(key);
    const claimed = await this.claim(replicaSet, signal);
    const active = claimed.filter(isPodActive);
    const failure =
      mayManage && !replicaSet.metadata.deletionTimestamp ? await this.manage(replicaSet, active, signal) : undefined;
    const state: StatusState = {
      replicaSet,
      active,
      terminating: claimed.filter(isPodTerminating).length,
      now: this.world.deps.clock.now(),
      ...(failure !== undefined && { failure }),
    };
    await this.writeStatus(replicaSet, planStatus(state), signal);
    if (failure !== undefined) throw failure;
    const wait = nextAvailability(active, replicaSet.spec?.minReadySeconds ?? 0, state.now);
    if (wait !== undefined) return { requeueAfterMilliseconds: wait };
  };

  private claim(replicaSet: ReplicaSet, signal: AbortSignal): Promise<Pod[]> {
    const { client } = this.world.deps;
    const { namespace = '', name = '', uid = '' } = replicaSet.metadata;
    const known = [
      ...this.world.pods.byIndex(BY_CONTROLLER, uid),
      ...this.world.pods.byIndex(BY_CONTROLLER, orphansOf(namespace)),
    ];
    return claimObjects({
      owner: replicaSet,
      kind: REPLICA_SET,
      selector: selectorFromLabelSelector(replicaSet.spec?.selector),
      // What has ended is neither adopted nor released: it counts for nothing.
      candidates: known.filter((pod) => isPodActive(pod) || controllerOf(pod)?.uid === uid),
      dependents: client.for(pods, namespace),
      freshOwner: () => client.for(replicaSets, namespace).get(name, { signal }),
      signal,
    });
  }

  /** Gives the failure instead of throwing it: the status tells of it first. */
  private async manage(replicaSet: ReplicaSet, active: readonly Pod[], signal: AbortSignal): Promise<unknown> {
    const wanted = replicaSet.spec?.replicas ?? 1;
    const related = active.length > wanted ? this.relatedPods(replicaSet) : [];
    const plan = planReplicas({ wanted, active, related, now: this.world.deps.clock.now() });
    const owner = { object: replicaSet, kind: REPLICA_SET, signal };
    switch (plan.do) {
      case 'nothing':
        return undefined;
      case 'create':
        return this.pods.change(owner, { create: Array.from({ length: plan.count }, () => replicaSet.spec?.template ?? {}), delete: [] });
      case 'delete':
        return this.pods.change(owner, { create: [], delete: plan.pods });
    }
  }

  /** The pods of all replica sets of the same controller, such as those of an older revision. */
  private relatedPods(replicaSet: ReplicaSet): Pod[] {
    const owner = controllerOf(replicaSet);
    const { namespace = '' } = replicaSet.metadata;
    const siblings = owner
      ? this.world.replicaSets.list({ namespace }).filter((other) => controllerOf(other)?.uid === owner.uid)
      : [replicaSet];
    return siblings.flatMap(({ metadata }) => this.world.pods.byIndex(BY_CONTROLLER, metadata.uid ?? ''));
  }

  private async writeStatus(replicaSet: ReplicaSet, status: ReplicaSetStatus, signal: AbortSignal): Promise<void> {
    if (sameStatus(replicaSet.status, status)) return;
    const resource = this.world.deps.client.for(replicaSets, replicaSet.metadata.namespace ?? '');
    await writeStatus(resource, replicaSet, { withStatus: (current) => ({ ...current, status }), signal });
  }
}
