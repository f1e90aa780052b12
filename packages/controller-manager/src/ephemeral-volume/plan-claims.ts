import type { PersistentVolumeClaim, Pod } from '../shared/objects';
import { controllerReference } from '../shared/objects';

const POD = { apiVersion: 'v1', kind: 'Pod' };

/** The claims that a pod's ephemeral volumes are to have; none of a pod that is going. The garbage collector deletes them with the pod. */
export function planEphemeralClaims(pod: Pod): PersistentVolumeClaim[] {
  const { name = '', namespace = '', deletionTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) return [];
  return (pod.spec?.volumes ?? []).flatMap((volume): PersistentVolumeClaim[] => {
    const template = volume.ephemeral?.volumeClaimTemplate;
    if (!template) return [];
    const { labels, annotations } = template.metadata ?? {};
    const metadata = { name: `${name}-${volume.name}`, namespace, ownerReferences: [controllerReference(pod, POD)] };
    return [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { ...metadata, ...(labels && { labels }), ...(annotations && { annotations }) },
        spec: template.spec,
      },
    ];
  });
}

/** Whether the claim was made for that pod: another of its name must not be used. */
export function isClaimOf({ metadata }: PersistentVolumeClaim, pod: Pod): boolean {
  return metadata.ownerReferences?.some(({ controller, uid }) => controller === true && uid === pod.metadata.uid) ?? false;
}
