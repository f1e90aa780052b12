import type { corev1, policyv1 } from '@typekube/api';
import { hasReason, semanticEqual, selectorFromLabelSelector } from '@typekube/apimachinery';
import { type Indexer, podDisruptionBudgets, type ReconcileContext, type Requeue } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../shared/objects';
import { messageOf } from '../shared/pod-control';
import { type Expectation, needsScale, planExpectation, planFailure, planStatus } from './plan-status';
import type { Scales } from './scales';

export interface DisruptionWorld {
  readonly deps: ControllerDeps;
  readonly budgets: Indexer<policyv1.PodDisruptionBudget>;
  readonly pods: Indexer<corev1.Pod>;
  readonly scales: Scales;
}

/** One budget: how many of its pods may be evicted now. */
export class DisruptionReconciler {
  constructor(private readonly world: DisruptionWorld) {}

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const budget = this.world.budgets.get(key);
    if (!budget) return;
    try {
      return await this.sync(budget, signal);
    } catch (error) {
      if (signal.aborted || hasReason(error, 'Conflict')) throw error;
      await this.write(budget, planFailure(budget, messageOf(error), this.now), signal);
      throw error;
    }
  };

  private get now(): number {
    return this.world.deps.clock.now();
  }

  private async sync(budget: PodDisruptionBudget, signal: AbortSignal): Promise<void | Requeue> {
    const pods = this.podsOf(budget);
    if (pods.length === 0) this.tell(budget, 'Normal', 'NoPods', 'No matching pods found');
    const expectation = await this.expect(budget, pods, signal);
    const { status, notDeleted, recheck } = planStatus({ budget, pods, expectation, now: this.now });
    for (const pod of notDeleted) {
      const { namespace, name } = budget.metadata;
      const message = `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`;
      this.world.deps.recordEvent(pod, 'Warning', 'NotDeleted', message);
    }
    await this.write(budget, status, signal);
    if (recheck !== undefined) return { requeueAfterMilliseconds: recheck };
  }

  private podsOf({ metadata, spec }: PodDisruptionBudget): Pod[] {
    const { namespace = '' } = metadata;
    return this.world.pods.list({ namespace, selector: selectorFromLabelSelector(spec?.selector) });
  }

  private async expect(budget: PodDisruptionBudget, pods: readonly Pod[], signal: AbortSignal): Promise<Expectation> {
    try {
      const { replicas, unmanaged } = needsScale(budget) ? await this.world.scales.sumOf(pods, signal) : { replicas: 0, unmanaged: [] };
      if (unmanaged.length > 0) this.tell(budget, 'Warning', 'UnmanagedPods', unmanagedMessage(budget));
      return planExpectation(budget, pods.length, replicas);
    } catch (error) {
      const message = `Failed to calculate the number of expected pods: ${messageOf(error)}`;
      if (!signal.aborted) this.tell(budget, 'Warning', 'CalculateExpectedPodCountFailed', message);
      throw error;
    }
  }

  private tell(budget: PodDisruptionBudget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.world.deps.recordEvent(budget, type, reason, message);
  }

  /** Counts of zero are written: here they say something. */
  private async write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus, signal: AbortSignal): Promise<void> {
    if (semanticEqual(budget.status ?? {}, status)) return;
    const resource = this.world.deps.client.for(podDisruptionBudgets, budget.metadata.namespace ?? '');
    try {
      await resource.updateStatus({ ...budget, status }, { signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }
}

function unmanagedMessage({ spec }: PodDisruptionBudget): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${goText(spec?.selector)}) were found to be unmanaged. As a result, the status of the PDB ` +
    'cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the ' +
    'PDB to an integer value.'
  );
}

/** As Go writes a selector. */
function goText(selector: NonNullable<PodDisruptionBudget['spec']>['selector']): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    return `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`;
  });
  const matchLabels = labels.map(([name, value]) => `${name}: ${value},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${matchLabels}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
