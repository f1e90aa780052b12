import { hasReason } from '@typekube/apimachinery';
import { Controller, keyOfController, objectKey, persistentVolumeClaims, pods, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import type { PersistentVolumeClaim, Pod } from '../shared/objects';
import { isClaimOf, planEphemeralClaims } from './plan-claims';

/** Makes the claims of volumes that live as long as their pod. */
export function ephemeralVolumeController(deps: ControllerDeps, workers: number): Runnable {
  const podInformer = deps.informers.for(pods);
  const claims = deps.informers.for(persistentVolumeClaims);
  return new Controller({
    name: 'ephemeral_volume',
    watches: [
      watching(podInformer, { when: ({ type, object }) => type !== 'deleted' && hasEphemeral(object) }),
      watching(claims, { when: ({ type }) => type === 'deleted', mapToKeys: keyOfController({ group: '', kind: 'Pod' }) }),
    ],
    reconcile: async (key, { signal }) => {
      const pod = podInformer.indexer.get(key);
      if (!pod) return;
      for (const claim of planEphemeralClaims(pod)) {
        const existing = claims.indexer.get(objectKey(claim));
        if (!existing) await create(pod, claim, signal);
        else if (!isClaimOf(existing, pod)) throw new Error(`PVC ${objectKey(claim)} was not created for pod ${key} (pod is not owner)`);
      }
    },
    workers,
    metrics: deps.metrics('ephemeral_volume'),
    logger: deps.logger,
    clock: deps.clock,
  });

  async function create(pod: Pod, claim: PersistentVolumeClaim, signal: AbortSignal): Promise<void> {
    try {
      await deps.client.for(persistentVolumeClaims, claim.metadata.namespace ?? '').create(claim, { signal });
    } catch (error) {
      // The cache was late: its next change leads here again.
      if (hasReason(error, 'AlreadyExists')) return;
      const why = error instanceof Error ? error.message : String(error);
      deps.recordEvent(pod, 'Warning', 'FailedEphemeralVolume', `create PVC for pod ${objectKey(pod)}: ${why}`);
      throw error;
    }
  }
}

function hasEphemeral({ spec }: Pod): boolean {
  return spec?.volumes?.some(({ ephemeral }) => ephemeral !== undefined) ?? false;
}
