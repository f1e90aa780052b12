import type { corev1 } from '@typekube/api';
import { Controller, type DeepReadonly, persistentVolumeClaims, pods, splitKey, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { claimsOfPod, claimsUsedBy } from './claims-of-pod';
import { planFinalizers } from './plan-finalizers';

const FINALIZER = 'kubernetes.io/pvc-protection';

/** Keeps claims that are deleted until no pod uses them. */
export function claimProtectionController(deps: ControllerDeps): Runnable {
  const claims = deps.informers.for(persistentVolumeClaims);
  const podInformer = deps.informers.for(pods);
  return new Controller({
    name: 'pvc_protection',
    watches: [watching(claims), watching(podInformer, { mapToKeys: claimsOfPod })],
    reconcile: retryConflicts(async (key, { signal }) => {
      const claim = claims.indexer.get(key);
      if (!claim) return;
      const mayBeUsed = claim.metadata.deletionTimestamp !== undefined && (await isUsed(key, signal));
      const finalizers = planFinalizers(claim.metadata, FINALIZER, mayBeUsed);
      if (!finalizers) return;
      const changed: DeepReadonly<corev1.PersistentVolumeClaim> = { ...claim, metadata: { ...claim.metadata, finalizers } };
      await deps.client.for(persistentVolumeClaims, splitKey(key).namespace).update(changed, { signal });
    }),
    workers: 1,
    metrics: deps.metrics('pvc_protection'),
    logger: deps.logger,
    clock: deps.clock,
  });

  /** Where the cache knows of no pod, the server is asked: a finalizer cannot be taken back. */
  async function isUsed(key: string, signal: AbortSignal): Promise<boolean> {
    const { namespace } = splitKey(key);
    if (podInformer.indexer.list({ namespace }).some((pod) => claimsUsedBy(pod).includes(key))) return true;
    const { items } = await deps.client.for(pods, namespace).list({ signal });
    return items.some((pod) => claimsUsedBy(pod).includes(key));
  }
}
