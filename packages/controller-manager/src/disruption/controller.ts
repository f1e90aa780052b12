import type { policyv1 } from '@typekube/api';
import { selectorFromLabelSelector } from '@typekube/apimachinery';
import { Controller, type Indexer, objectKey, podDisruptionBudgets, pods, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import type { Pod } from '../shared/objects';
import { retryConflicts } from '../shared/retry-conflicts';
import { DisruptionReconciler } from './reconcile';
import { scalesOf } from './scales';
import { staleDisruptionReconciler, untilStale } from './stale-disruption';

/** Says how many pods each disruption budget lets go. */
export function disruptionController(deps: ControllerDeps): Runnable {
  const budgetInformer = deps.informers.for(podDisruptionBudgets);
  const podInformer = deps.informers.for(pods);
  const { scales, synced } = scalesOf(deps);
  const reconciler = new DisruptionReconciler({ deps, budgets: budgetInformer.indexer, pods: podInformer.indexer, scales });
  const common = { logger: deps.logger, clock: deps.clock };
  const budgets = new Controller({
    ...common,
    name: 'disruption',
    watches: [
      watching(budgetInformer),
      watching(podInformer, { mapToKeys: budgetsOf(budgetInformer.indexer) }),
      // The numbers of owners are only read: pods come and go with them.
      { synced: async (signal) => void (await synced(signal)), start: () => () => undefined },
    ],
    reconcile: retryConflicts(reconciler.reconcile),
    metrics: deps.metrics('disruption'),
  });
  const stale = new Controller({
    ...common,
    name: 'stale_pod_disruption',
    watches: [watching(podInformer, { when: ({ type, object }) => type !== 'deleted' && untilStale(object, deps.clock.now()) !== undefined })],
    reconcile: retryConflicts(staleDisruptionReconciler(deps, podInformer.indexer)),
    metrics: deps.metrics('stale_pod_disruption'),
  });
  return {
    async run(signal) {
      await Promise.all([budgets.run(signal), stale.run(signal)]);
    },
  };
}

function budgetsOf(budgets: Indexer<policyv1.PodDisruptionBudget>): (pod: Pod) => string[] {
  return ({ metadata }) => {
    const { namespace = '', labels = {} } = metadata;
    const selecting = budgets.list({ namespace }).filter(({ spec }) => selectorFromLabelSelector(spec?.selector).matches(labels));
    return selecting.map((budget) => objectKey(budget));
  };
}
