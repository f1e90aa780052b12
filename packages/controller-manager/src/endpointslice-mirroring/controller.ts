import { Controller, endpoints, endpointSlices, Expectations, services, watching } from '@typekube/client';
import { observeSlices, servicesOfSlices } from '../endpointslice/managed-slices';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { hasSelector } from '../shared/service-pods';
import { MANAGER } from './plan-slices';
import { BY_ENDPOINTS, mayBeMirrored, MirroringReconciler } from './reconcile';

export interface MirroringOptions {
  readonly workers: number;
  readonly maxPerSubset: number;
}

/** Keeps, for every service whose Endpoints a user makes, slices of the same: all that consumers read. */
export function endpointSliceMirroringController(deps: ControllerDeps, { workers, maxPerSubset }: MirroringOptions): Runnable {
  const expectations = new Expectations(deps.clock);
  const endpointsInformer = deps.informers.for(endpoints);
  const serviceInformer = deps.informers.for(services);
  const sliceInformer = deps.informers.for(endpointSlices);
  // Endpoints, service and the label of slices bear the same name.
  const endpointsKeys = servicesOfSlices(MANAGER);
  sliceInformer.addIndex(BY_ENDPOINTS, endpointsKeys);
  const reconciler = new MirroringReconciler({
    deps,
    endpoints: endpointsInformer.indexer,
    services: serviceInformer.indexer,
    slices: sliceInformer.indexer,
    expectations,
    maxPerSubset,
  });
  const controller = new Controller({
    name: 'endpoint_slice_mirroring',
    watches: [
      watching(endpointsInformer, { when: ({ object, old }) => mayBeMirrored(object) || (old !== undefined && mayBeMirrored(old)) }),
      watching(serviceInformer, { when: ({ object, old }) => (old ? hasSelector(object) !== hasSelector(old) : !hasSelector(object)) }),
      watching(sliceInformer, { mapToKeys: endpointsKeys }),
    ],
    reconcile: retryConflicts(reconciler.reconcile),
    workers,
    metrics: deps.metrics('endpoint_slice_mirroring'),
    logger: deps.logger,
    clock: deps.clock,
  });
  return {
    async run(signal) {
      const stopObserving = observeSlices(sliceInformer, expectations, endpointsKeys);
      try {
        await controller.run(signal);
      } finally {
        stopObserving();
      }
    },
  };
}
