import { Controller, endpointSlices, Expectations, nodes, pods, services, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { servicesOf } from '../shared/service-pods';
import { retryConflicts } from '../shared/retry-conflicts';
import { observeSlices, servicesOfSlices } from './managed-slices';
import { BY_SERVICE, EndpointSliceReconciler, MANAGER } from './reconcile';

export interface EndpointSliceOptions {
  readonly workers: number;
  readonly maxPerSlice: number;
}

/** Keeps, for every service with a selector, the slices of the pods that it selects. */
export function endpointSliceController(deps: ControllerDeps, { workers, maxPerSlice }: EndpointSliceOptions): Runnable {
  const expectations = new Expectations(deps.clock);
  const serviceInformer = deps.informers.for(services);
  const podInformer = deps.informers.for(pods);
  const nodeInformer = deps.informers.for(nodes);
  const sliceInformer = deps.informers.for(endpointSlices);
  const serviceKeys = servicesOfSlices(MANAGER);
  sliceInformer.addIndex(BY_SERVICE, serviceKeys);
  const reconciler = new EndpointSliceReconciler({
    deps,
    services: serviceInformer.indexer,
    pods: podInformer.indexer,
    nodes: nodeInformer.indexer,
    slices: sliceInformer.indexer,
    expectations,
    maxPerSlice,
  });
  const controller = new Controller({
    name: 'endpoint_slice',
    watches: [
      watching(serviceInformer),
      watching(podInformer, { mapToKeys: servicesOf(serviceInformer.indexer) }),
      watching(sliceInformer, { mapToKeys: serviceKeys }),
      // Only its zone matters, and that is read anew with each pod.
      watching(nodeInformer, { mapToKeys: () => [] }),
    ],
    reconcile: retryConflicts(reconciler.reconcile),
    workers,
    metrics: deps.metrics('endpoint_slice'),
    logger: deps.logger,
    clock: deps.clock,
  });
  return {
    async run(signal) {
      const stopObserving = observeSlices(sliceInformer, expectations, serviceKeys);
      try {
        await controller.run(signal);
      } finally {
        stopObserving();
      }
    },
  };
}
