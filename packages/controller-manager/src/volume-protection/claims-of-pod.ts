import { keyOf } from '@typekube/client';
import type { Pod } from '../shared/objects';

/** Keys of the claims that a pod names, those made for it (`ephemeral`) too. */
export function claimsOfPod({ metadata: { namespace = '', name = '' }, spec }: Pod): string[] {
  return (spec?.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim) return [keyOf(namespace, volume.persistentVolumeClaim.claimName)];
    return volume.ephemeral ? [keyOf(namespace, `${name}-${volume.name}`)] : [];
  });
}

/**
 * Keys of the claims that a pod uses: before it has a node it uses none, as no kubelet starts a pod whose claim is being deleted. One that has ended
 * counts until it is deleted.
 */
export function claimsUsedBy(pod: Pod): string[] {
  return pod.spec?.nodeName ? claimsOfPod(pod) : [];
}
