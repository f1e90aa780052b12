import type { appsv1, corev1 } from '@typekube/api';
import { selectorFromLabelSelector } from '@typekube/apimachinery';
import { type Indexer, keyOf, pods, type ReconcileContext, type Requeue, statefulSets } from '@typekube/client';
import { Revisions } from '../history/revisions';
import { claimObjects, type ClaimingOwner } from '../shared/claim';
import type { ControllerDeps } from '../shared/controller-deps';
import { BY_CONTROLLER, orphansOf } from '../shared/controller-index';
import type { Pod, StatefulSet, StatefulSetStatus } from '../shared/objects';
import { nextAvailability } from '../shared/pod-state';
import { sameStatus } from '../shared/same-status';
import { slowStart } from '../shared/slow-start';
import { writeStatus } from '../shared/write-status';
import { ordinalOf, STATEFUL_SET } from './identity';
import { type Phase, planPods, type Step } from './plan-pods';
import { planStatus } from './plan-status';
import { isOrdered, type SetState, type TemplateRevision } from './set-state';
import { StatefulHistorySync } from './stateful-history';
import { StatefulPodControl } from './stateful-pod-control';

/** What the controller reads and writes. */
export interface StatefulSetWorld {
  readonly deps: ControllerDeps;
  readonly sets: Indexer<appsv1.StatefulSet>;
  readonly revisions: Indexer<appsv1.ControllerRevision>;
  readonly pods: Indexer<corev1.Pod>;
  readonly claims: Indexer<corev1.PersistentVolumeClaim>;
}

/** What was done of a plan, and what ended it. */
interface Outcome {
  readonly deleted: ReadonlySet<Pod>;
  readonly failure?: unknown;
}

/** One stateful set: its pods by their numbers, of its present revision sooner or later, their claims, and its status. */
export class StatefulSetReconciler {
  constructor(private readonly world: StatefulSetWorld) {}

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const set = this.world.sets.get(key);
    if (!set) return;
    const claiming = this.claimingOf(set, signal);
    const claimed = await this.claim(set, claiming);
    if (set.metadata.deletionTimestamp) return this.countOnly(set, claimed, signal);
    const histories = new StatefulHistorySync(new Revisions(this.world.deps, this.world.revisions, claiming), set);
    const history = await histories.find();
    const state = this.observe(set, claimed, history);
    const { deleted, failure } = await this.carryOut(state, planPods(state), signal);
    await this.writeStatus(set, planStatus(state, history.collisionCount, deleted), signal);
    await histories.truncate(history, claimed);
    if (failure !== undefined) throw failure;
    const wait = nextAvailability(claimed, set.spec?.minReadySeconds ?? 0, state.now);
    if (wait !== undefined) return { requeueAfterMilliseconds: wait };
  };

  /** Its revisions may be gone or orphaned already: none is made for a set that goes. */
  private async countOnly(set: StatefulSet, claimed: readonly Pod[], signal: AbortSignal): Promise<void> {
    const { currentRevision = '', updateRevision = '', collisionCount = 0 } = set.status ?? {};
    const named = (name: string): TemplateRevision => ({ name, template: {} });
    const state = this.observe(set, claimed, { current: named(currentRevision), update: named(updateRevision) });
    await this.writeStatus(set, planStatus(state, collisionCount), signal);
  }

  private claimingOf(set: StatefulSet, signal: AbortSignal): ClaimingOwner {
    const { namespace = '', name = '' } = set.metadata;
    const resource = this.world.deps.client.for(statefulSets, namespace);
    return { owner: set, kind: STATEFUL_SET, freshOwner: () => resource.get(name, { signal }), signal };
  }

  /** Only pods that bear a name of the set. */
  private claim(set: StatefulSet, claiming: ClaimingOwner): Promise<Pod[]> {
    const { namespace = '', uid = '' } = set.metadata;
    const { pods: all, deps } = this.world;
    return claimObjects({
      ...claiming,
      selector: selectorFromLabelSelector(set.spec?.selector),
      isMember: (pod) => ordinalOf(set, pod) !== undefined,
      candidates: [...all.byIndex(BY_CONTROLLER, uid), ...all.byIndex(BY_CONTROLLER, orphansOf(namespace))],
      dependents: deps.client.for(pods, namespace),
    });
  }

  private observe(set: StatefulSet, claimed: readonly Pod[], history: Pick<SetState, 'current' | 'update'>): SetState {
    const { claims, deps } = this.world;
    const { current, update } = history;
    const claimNamed: SetState['claimNamed'] = (name) => claims.get(keyOf(set.metadata.namespace ?? '', name));
    return { set, current, update, pods: claimed, claimNamed, now: deps.clock.now() };
  }

  /** Gives the failure instead of throwing it: the status is written first. */
  private async carryOut({ set }: SetState, phases: readonly Phase[], signal: AbortSignal): Promise<Outcome> {
    const control = new StatefulPodControl(this.world.deps, set, signal);
    const deleted = new Set<Pod>();
    const take = async (step: Step): Promise<void> => {
      await control.take(step);
      if (step.do === 'delete') deleted.add(step.pod);
    };
    try {
      for (const phase of phases) await (isOrdered(set) ? takeInOrder(phase, take) : takeAtOnce(phase, take));
      return { deleted };
    } catch (failure) {
      return { deleted, failure };
    }
  }

  private async writeStatus(set: StatefulSet, status: StatefulSetStatus, signal: AbortSignal): Promise<void> {
    if (sameStatus(set.status, status)) return;
    const resource = this.world.deps.client.for(statefulSets, set.metadata.namespace ?? '');
    await writeStatus(resource, set, { withStatus: (current) => ({ ...current, status }), signal });
  }
}

async function takeInOrder(phase: Phase, take: (step: Step) => Promise<void>): Promise<void> {
  for (const step of phase) await take(step);
}

async function takeAtOnce(phase: Phase, take: (step: Step) => Promise<void>): Promise<void> {
  const { error } = await slowStart(phase.length, async (index) => {
    const step = phase[index];
    if (step) await take(step);
  });
  if (error !== undefined) throw error;
}
