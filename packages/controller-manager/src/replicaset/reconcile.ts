import type { corev1, appsv1 } from '@typekube/api';
import { hasReason, selectorFromLabelSelector } from '@typekube/apimachinery';
import {
  controllerOf,
  type Expectations,
  type Indexer,
  objectKey,
  pods,
  type ReconcileContext,
  replicaSets,
  type Requeue,
  splitKey,
} from '@typekube/client';
import { claimObjects } from '../shared/claim';
import type { ControllerDeps } from '../shared/controller-deps';
import { BY_CONTROLLER, orphansOf } from '../shared/controller-index';
import type { Pod, ReplicaSet, ReplicaSetStatus } from '../shared/objects';
import { isNamespaceTerminating, PodControl } from '../shared/pod-control';
import { isPodActive, isPodTerminating } from '../shared/pod-state';
import { sameStatus } from '../shared/same-status';
import { slowStart } from '../shared/slow-start';
import { planReplicas } from './plan-replicas';
import { nextAvailability, planStatus, type StatusState } from './plan-status';

export const REPLICA_SET = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };

export interface ReplicaSetWorld {
  readonly deps: ControllerDeps;
  readonly replicaSets: Indexer<appsv1.ReplicaSet>;
  readonly pods: Indexer<corev1.Pod>;
  readonly expectations: Expectations;
}

/** How often a status that lost against another writer is written again. */
const STATUS_ATTEMPTS = 2;

/** One replica set: claims its pods, makes or deletes some where their number is wrong, and says in its status how it stands. */
export class ReplicaSetReconciler {
  private readonly control: PodControl;

  constructor(private readonly world: ReplicaSetWorld) {
    this.control = new PodControl(world.deps);
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
    const wait = nextAvailability(state);
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
    switch (plan.do) {
      case 'nothing':
        return undefined;
      case 'create':
        return this.create(replicaSet, plan.count, signal);
      case 'delete':
        return this.delete(replicaSet, plan.pods, signal);
    }
  }

  private async create(replicaSet: ReplicaSet, count: number, signal: AbortSignal): Promise<unknown> {
    const key = objectKey(replicaSet);
    const template = replicaSet.spec?.template ?? {};
    const { expectations } = this.world;
    expectations.expectCreations(key, count);
    const { succeeded, error } = await slowStart(count, async () => {
      try {
        await this.control.create(template, { object: replicaSet, kind: REPLICA_SET, signal });
      } catch (failure) {
        if (!isNamespaceTerminating(failure)) throw failure;
        // Whatever is made here would go at once; the namespace's deletion ends the replica set too.
        expectations.creationObserved(key);
      }
    });
    for (let skipped = succeeded; skipped < count; skipped++) expectations.creationObserved(key);
    return error;
  }

  private async delete(replicaSet: ReplicaSet, doomed: readonly Pod[], signal: AbortSignal): Promise<unknown> {
    const key = objectKey(replicaSet);
    const { expectations } = this.world;
    expectations.expectDeletions(key, doomed.map(objectKey));
    const results = await Promise.allSettled(
      doomed.map(async (pod) => {
        try {
          await this.control.delete(pod, { object: replicaSet, kind: REPLICA_SET, signal });
        } catch (error) {
          expectations.deletionObserved(key, objectKey(pod));
          if (!hasReason(error, 'NotFound')) throw error;
        }
      }),
    );
    return results.find((result) => result.status === 'rejected')?.reason;
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
    const { namespace, name } = splitKey(objectKey(replicaSet));
    const resource = this.world.deps.client.for(replicaSets, namespace);
    let current = replicaSet;
    for (let attempt = 1; ; attempt++) {
      try {
        await resource.updateStatus({ ...current, status }, { signal });
        return;
      } catch (error) {
        if (hasReason(error, 'NotFound')) return;
        if (!hasReason(error, 'Conflict') || attempt >= STATUS_ATTEMPTS) throw error;
        current = await resource.get(name, { signal });
      }
    }
  }
}
