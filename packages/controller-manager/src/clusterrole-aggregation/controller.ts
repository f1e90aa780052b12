import type { rbacv1 } from '@typekube/api';
import { clusterRoles, Controller, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { isAggregated, planRules } from './plan-rules';

/** Keeps the rules of aggregated cluster roles. Any change of a role may change what those get that select it. */
export function clusterRoleAggregationController(deps: ControllerDeps, workers: number): Runnable {
  const informer = deps.informers.for(clusterRoles);
  const aggregated = (): string[] => informer.indexer.list().filter(isAggregated).map(({ metadata }) => metadata.name ?? '');
  return new Controller({
    name: 'ClusterRoleAggregator',
    watches: [watching(informer, { mapToKeys: aggregated })],
    workers,
    reconcile: retryConflicts(async (name, { signal }) => {
      const role = informer.indexer.get(name);
      if (!role || !isAggregated(role)) return;
      const rules = planRules(role, informer.indexer.list());
      if (!rules) return;
      const changed: typeof role = { ...role, rules };
      await deps.client.for<rbacv1.ClusterRole>(clusterRoles).update(changed, { signal });
    }),
    metrics: deps.metrics('ClusterRoleAggregator'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
