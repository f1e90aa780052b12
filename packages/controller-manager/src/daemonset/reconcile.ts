import type { appsv1, corev1 } from '@typekube/api';
import { selectorFromLabelSelector } from '@typekube/apimachinery';
import { daemonSets, type Expectations, type Indexer, objectKey, pods, type ReconcileContext, type Requeue } from '@typekube/client';
import { claimObjects, type ClaimingOwner } from '../shared/claim';
import type { ControllerDeps } from '../shared/controller-deps';
import { BY_CONTROLLER, orphansOf } from '../shared/controller-index';
import { ExpectedPods } from '../shared/expected-pods';
import type { DaemonSet, DaemonSetStatus, Pod } from '../shared/objects';
import { PodControl } from '../shared/pod-control';
import { nextAvailability } from '../shared/pod-state';
import { sameStatus } from '../shared/same-status';
import { writeStatus } from '../shared/write-status';
import { DaemonHistorySync, type FoundHistory } from './daemon-history';
import { type DaemonState, daemonState } from './daemon-state';
import { daemonTemplate, templateForNode } from './daemon-template';
import type { FailedPodsBackoff } from './failed-pods-backoff';
import { DAEMON_SET } from './plan-history';
import { type DaemonPlan, type EndedPod, type NodesPlan, planNodes } from './plan-nodes';
import { planRolling } from './plan-rolling';
import { planStatus } from './plan-status';
import { isRollingUpdate } from './rolling-maths';

/** What the controller reads and writes. */
export interface DaemonSetWorld {
  readonly deps: ControllerDeps;
  readonly daemonSets: Indexer<appsv1.DaemonSet>;
  readonly revisions: Indexer<appsv1.ControllerRevision>;
  readonly pods: Indexer<corev1.Pod>;
  readonly nodes: Indexer<corev1.Node>;
  readonly expectations: Expectations;
  readonly failedPods: FailedPodsBackoff;
}

/** One pass over one daemon set. */
export interface DaemonSetSyncContext {
  readonly world: DaemonSetWorld;
  readonly claiming: ClaimingOwner;
}

/** Not more pods than this are made or deleted in one go (daemon.BurstReplicas). */
const BURST = 250;

/** How it went: when to look again, or why it did not go on. */
interface Outcome {
  readonly failure?: unknown;
  readonly wait?: number;
}

/** One daemon set: a pod on each node that it is for, of its present revision sooner or later, and its status. */
export class DaemonSetReconciler {
  private readonly pods: ExpectedPods;

  constructor(private readonly world: DaemonSetWorld) {
    this.pods = new ExpectedPods(new PodControl(world.deps), world.expectations);
  }

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const { daemonSets: all, expectations, deps } = this.world;
    const daemonSet = all.get(key);
    if (!daemonSet) return expectations.delete(key);
    if (selectorFromLabelSelector(daemonSet.spec?.selector).isEmpty) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
      return deps.recordEvent(daemonSet, 'Warning', 'SelectingAll', message);
    }
    // Its history may be gone or orphaned already: nothing can be said of what is left.
    if (daemonSet.metadata.deletionTimestamp) return;
    return this.sync(daemonSet, signal);
  };

  private async sync(daemonSet: DaemonSet, signal: AbortSignal): Promise<void | Requeue> {
    const context = this.contextOf(daemonSet, signal);
    // Asked before the cache is read: what is seen from here on must not count as seen before.
    const mayManage = this.world.expectations.satisfied(objectKey(daemonSet));
    const claimed = await this.claim(daemonSet, context.claiming);
    const histories = new DaemonHistorySync(context, daemonSet);
    const history = await histories.find(claimed);
    if (!history) return;
    const state = this.observe(daemonSet, history, claimed);
    const { failure, wait } = mayManage ? await this.manage(state, signal) : {};
    if (mayManage && failure === undefined) await histories.cleanUp(history.old, claimed);
    await this.writeStatus(daemonSet, planStatus(state, { acted: mayManage, collisionCount: history.collisionCount }), signal);
    if (failure !== undefined) throw failure;
    const waits = [wait, nextAvailability(claimed, daemonSet.spec?.minReadySeconds ?? 0, state.now)];
    const soonest = Math.min(...waits.filter((each) => each !== undefined));
    if (Number.isFinite(soonest)) return { requeueAfterMilliseconds: soonest };
  }

  private contextOf(daemonSet: DaemonSet, signal: AbortSignal): DaemonSetSyncContext {
    const { namespace = '', name = '' } = daemonSet.metadata;
    const resource = this.world.deps.client.for(daemonSets, namespace);
    const freshOwner = (): Promise<appsv1.DaemonSet> => resource.get(name, { signal });
    return { world: this.world, claiming: { owner: daemonSet, kind: DAEMON_SET, freshOwner, signal } };
  }

  private claim(daemonSet: DaemonSet, claiming: ClaimingOwner): Promise<Pod[]> {
    const { namespace = '', uid = '' } = daemonSet.metadata;
    const { pods: all, deps } = this.world;
    return claimObjects({
      ...claiming,
      selector: selectorFromLabelSelector(daemonSet.spec?.selector),
      candidates: [...all.byIndex(BY_CONTROLLER, uid), ...all.byIndex(BY_CONTROLLER, orphansOf(namespace))],
      dependents: deps.client.for(pods, namespace),
    });
  }

  private observe(daemonSet: DaemonSet, { hash }: FoundHistory, claimed: readonly Pod[]): DaemonState {
    return daemonState({ daemonSet, hash, nodes: this.world.nodes.list(), pods: claimed, now: this.world.deps.clock.now() });
  }

  /** First a pod for each node; an update goes on when that is done. */
  private async manage(state: DaemonState, signal: AbortSignal): Promise<Outcome> {
    const plan = planNodes(state);
    const ended = this.endedToDelete(state.daemonSet, plan);
    const failure = await this.carryOut(state, { create: plan.create, delete: [...plan.delete, ...ended.pods] }, signal);
    const isDone = failure === undefined && this.world.expectations.satisfied(objectKey(state.daemonSet));
    if (!isDone || !isRollingUpdate(state.daemonSet)) return { failure, ...ended.wait };
    return { failure: await this.carryOut(state, planRolling(state), signal), ...ended.wait };
  }

  private async carryOut({ daemonSet, hash }: DaemonState, plan: DaemonPlan, signal: AbortSignal): Promise<unknown> {
    const template = daemonTemplate(daemonSet, hash);
    const create = plan.create.slice(0, BURST).map((node) => templateForNode(template, node));
    const owner = { object: daemonSet, kind: DAEMON_SET, signal };
    return this.pods.change(owner, { create, delete: plan.delete.slice(0, BURST) });
  }

  /** Pods that have ended, with the events that users see; failed ones that have to wait are left out. */
  private endedToDelete(daemonSet: DaemonSet, { failed, succeeded }: NodesPlan): { readonly pods: readonly Pod[]; readonly wait: Outcome } {
    const { deps, failedPods } = this.world;
    const generation = daemonSet.status?.observedGeneration ?? 0;
    const delayOf = ({ node }: EndedPod): number => failedPods.delayOf(`${daemonSet.metadata.uid}/${generation}/${node}`);
    const delayed = failed.map((each) => ({ each, delay: delayOf(each) }));
    const due = delayed.filter(({ delay }) => delay === 0).map(({ each }) => each);
    for (const each of due) {
      deps.recordEvent(daemonSet, 'Warning', 'FailedDaemonPod', `Found failed daemon pod ${textOf(each)}, will try to kill it`);
    }
    for (const each of succeeded) {
      deps.recordEvent(daemonSet, 'Normal', 'SucceededDaemonPod', `Found succeeded daemon pod ${textOf(each)}, will try to delete it`);
    }
    const waits = delayed.map(({ delay }) => delay).filter((delay) => delay > 0);
    return { pods: [...due, ...succeeded].map(({ pod }) => pod), wait: waits.length > 0 ? { wait: Math.min(...waits) } : {} };
  }

  private async writeStatus(daemonSet: DaemonSet, status: DaemonSetStatus, signal: AbortSignal): Promise<void> {
    if (sameStatus(daemonSet.status, status)) return;
    const resource = this.world.deps.client.for(daemonSets, daemonSet.metadata.namespace ?? '');
    await writeStatus(resource, daemonSet, { withStatus: (current) => ({ ...current, status }), signal });
  }
}

function textOf({ pod, node }: EndedPod): string {
  return `${objectKey(pod)} on node ${node}`;
}
