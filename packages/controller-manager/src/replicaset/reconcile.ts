import type { corev1 } from '@typekube/api';
import { type KubeObject, selectorFromLabelSelector } from '@typekube/apimachinery';
import {
  controllerOf,
  type DeepReadonly,
  type Expectations,
  type Indexer,
  pods,
  type ReconcileContext,
  type Requeue,
} from '@typekube/client';
import { claimObjects } from '../shared/claim';
import type { ControllerDeps } from '../shared/controller-deps';
import { BY_CONTROLLER, orphansOf } from '../shared/controller-index';
import { ExpectedPods } from '../shared/expected-pods';
import type { OwnerKind, Pod, ReplicaSetStatus } from '../shared/objects';
import { PodControl } from '../shared/pod-control';
import { isPodActive, isPodTerminating, nextAvailability } from '../shared/pod-state';
import { sameStatus } from '../shared/same-status';
import { writeStatus } from '../shared/write-status';
import { planReplicas } from './plan-replicas';
import { planStatus, type StatusState } from './plan-status';
import type { ReplicaKind } from './replica-kind';

export interface ReplicasWorld<T extends KubeObject> {
  readonly kind: ReplicaKind<T>;
  readonly deps: ControllerDeps;
  readonly owners: Indexer<T>;
  readonly pods: Indexer<corev1.Pod>;
  readonly expectations: Expectations;
}

/** One replica set (or replication controller): claims its pods, makes or deletes some where their number is wrong, and says in its status how it stands. */
export class ReplicasReconciler<T extends KubeObject> {
  private readonly pods: ExpectedPods;
  private readonly ownerKind: OwnerKind;

  constructor(private readonly world: ReplicasWorld<T>) {
    this.pods = new ExpectedPods(new PodControl(world.deps), world.expectations);
    this.ownerKind = { apiVersion: world.kind.apiVersion, kind: world.kind.resource.kind };
  }

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const { expectations, kind, deps } = this.world;
    const owner = this.world.owners.get(key);
    if (!owner) return expectations.delete(key);
    const mayManage = expectations.satisfied(key);
    const claimed = await this.claim(owner, signal);
    const active = claimed.filter(isPodActive);
    const failure = mayManage && !owner.metadata.deletionTimestamp ? await this.manage(owner, active, signal) : undefined;
    const replicated = kind.replicated(owner);
    const state: StatusState = {
      owner: replicated,
      active,
      terminating: claimed.filter(isPodTerminating).length,
      now: deps.clock.now(),
      ...(failure !== undefined && { failure }),
    };
    await this.writeStatus(owner, planStatus(state), signal);
    if (failure !== undefined) throw failure;
    const wait = nextAvailability(active, replicated.spec?.minReadySeconds ?? 0, state.now);
    if (wait !== undefined) return { requeueAfterMilliseconds: wait };
  };

  private claim(owner: DeepReadonly<T>, signal: AbortSignal): Promise<Pod[]> {
    const { kind, deps } = this.world;
    const { namespace = '', name = '', uid = '' } = owner.metadata;
    const known = [
      ...this.world.pods.byIndex(BY_CONTROLLER, uid),
      ...this.world.pods.byIndex(BY_CONTROLLER, orphansOf(namespace)),
    ];
    return claimObjects({
      owner,
      kind: this.ownerKind,
      selector: selectorFromLabelSelector(kind.selectorOf(owner)),
      // What has ended is neither adopted nor released: it counts for nothing.
      candidates: known.filter((pod) => isPodActive(pod) || controllerOf(pod)?.uid === uid),
      dependents: deps.client.for(pods, namespace),
      freshOwner: () => deps.client.for(kind.resource, namespace).get(name, { signal }),
      signal,
    });
  }

  /** Gives the failure instead of throwing it: the status tells of it first. */
  private async manage(object: DeepReadonly<T>, active: readonly Pod[], signal: AbortSignal): Promise<unknown> {
    const { replicas: wanted = 1, template = {} } = this.world.kind.replicated(object).spec ?? {};
    const related = active.length > wanted ? this.relatedPods(object) : [];
    const plan = planReplicas({ wanted, active, related, now: this.world.deps.clock.now() });
    const owner = { object, kind: this.ownerKind, signal };
    switch (plan.do) {
      case 'nothing':
        return undefined;
      case 'create':
        return this.pods.change(owner, { create: Array.from({ length: plan.count }, () => template), delete: [] });
      case 'delete':
        return this.pods.change(owner, { create: [], delete: plan.pods });
    }
  }

  /** The pods of all replica sets of the same controller, such as those of an older revision. */
  private relatedPods(object: DeepReadonly<T>): Pod[] {
    const owner = controllerOf(object);
    const { namespace = '' } = object.metadata;
    const siblings = owner
      ? this.world.owners.list({ namespace }).filter((other) => controllerOf(other)?.uid === owner.uid)
      : [object];
    return siblings.flatMap(({ metadata }) => this.world.pods.byIndex(BY_CONTROLLER, metadata.uid ?? ''));
  }

  private async writeStatus(owner: DeepReadonly<T>, status: ReplicaSetStatus, signal: AbortSignal): Promise<void> {
    const { kind, deps } = this.world;
    const withStatus = (current: DeepReadonly<T>): DeepReadonly<T> => kind.withStatus(current, status);
    if (sameStatus(kind.replicated(owner).status, kind.replicated(withStatus(owner)).status)) return;
    await writeStatus(deps.client.for(kind.resource, owner.metadata.namespace ?? ''), owner, { withStatus, signal });
  }
}
