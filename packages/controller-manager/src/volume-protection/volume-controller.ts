import type { corev1 } from '@typekube/api';
import { Controller, type DeepReadonly, persistentVolumes, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { planFinalizers } from './plan-finalizers';

const FINALIZER = 'kubernetes.io/pv-protection';

/** Keeps volumes that are deleted until no claim is bound to them. */
export function volumeProtectionController(deps: ControllerDeps): Runnable {
  const { indexer } = deps.informers.for(persistentVolumes);
  return new Controller({
    name: 'pv_protection',
    watches: [watching(deps.informers.for(persistentVolumes))],
    reconcile: retryConflicts(async (name, { signal }) => {
      const volume = indexer.get(name);
      if (!volume) return;
      const finalizers = planFinalizers(volume.metadata, FINALIZER, volume.status?.phase === 'Bound');
      if (!finalizers) return;
      const changed: DeepReadonly<corev1.PersistentVolume> = { ...volume, metadata: { ...volume.metadata, finalizers } };
      await deps.client.for(persistentVolumes).update(changed, { signal });
    }),
    workers: 1,
    metrics: deps.metrics('pv_protection'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
