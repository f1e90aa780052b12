import type { appsv1 } from '@typekube/api';
import {
  Controller,
  controllerRevisions,
  type Indexer,
  objectKey,
  persistentVolumeClaims,
  pods,
  statefulSets,
  watching,
} from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import type { PersistentVolumeClaim } from '../shared/objects';
import { ownerKeys } from '../shared/owner-keys';
import { retryConflicts } from '../shared/retry-conflicts';
import { StatefulSetReconciler } from './reconcile';
import { claimPrefix } from './storage';

/** Keeps the pods of each stateful set, by their names, with their claims. */
export function statefulSetController(deps: ControllerDeps, workers: number): Runnable {
  const setInformer = deps.informers.for(statefulSets);
  const revisionInformer = deps.informers.for(controllerRevisions);
  const podInformer = deps.informers.for(pods);
  const claimInformer = deps.informers.for(persistentVolumeClaims);
  podInformer.addIndex(BY_CONTROLLER, controllerIndex);
  revisionInformer.addIndex(BY_CONTROLLER, controllerIndex);
  const reconciler = new StatefulSetReconciler({
    deps,
    sets: setInformer.indexer,
    revisions: revisionInformer.indexer,
    pods: podInformer.indexer,
    claims: claimInformer.indexer,
  });
  const mapToKeys = ownerKeys({ group: 'apps', kind: 'StatefulSet' }, setInformer.indexer, ({ spec }) => spec?.selector);
  return new Controller({
    name: 'statefulset',
    watches: [
      watching(setInformer),
      // Also its own: a template that changes back before the cache shows its revision is numbered by what comes then.
      watching(revisionInformer, { mapToKeys }),
      watching(podInformer, { mapToKeys }),
      // A pod may wait until the claim of the one before it is gone.
      watching(claimInformer, { mapToKeys: keysOfClaim(setInformer.indexer), when: ({ type }) => type === 'deleted' }),
    ],
    reconcile: retryConflicts(reconciler.reconcile),
    workers,
    metrics: deps.metrics('statefulset'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

/** The sets whose claims have such names. */
function keysOfClaim(sets: Indexer<appsv1.StatefulSet>): (claim: PersistentVolumeClaim) => string[] {
  return ({ metadata: { namespace = '', name = '' } }) => {
    const concerned = sets.list({ namespace }).filter((set) => {
      return (set.spec?.volumeClaimTemplates ?? []).some((template) => name.startsWith(claimPrefix(set, template)));
    });
    return concerned.map((set) => objectKey(set));
  };
}
