import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../shared/objects';

type Volume = DeepReadonly<corev1.Volume>;

/** (getPersistentVolumeClaimName) */
export function claimName(set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string {
  return `${claimPrefix(set, template)}${ordinal}`;
}

/** How the names of all claims of a template begin. */
export function claimPrefix({ metadata }: StatefulSet, template: PersistentVolumeClaim): string {
  return `${template.metadata.name ?? ''}-${metadata.name ?? ''}-`;
}

/** The claims that the pod of a number needs, as they are created. (getPersistentVolumeClaims) */
export function claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  const { namespace = '' } = set.metadata;
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => {
    const labels = { ...template.metadata.labels, ...set.spec?.selector.matchLabels };
    const metadata = { ...template.metadata, name: claimName(set, template, ordinal), namespace, labels };
    return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, ...(template.spec && { spec: template.spec }) };
  });
}

/** The volumes of a pod: its claims, and what the template has besides. (updateStorage) */
export function volumesOf(set: StatefulSet, ordinal: number, others: readonly Volume[] = []): Volume[] {
  const templates = set.spec?.volumeClaimTemplates ?? [];
  const claimed = templates.map((template) => ({
    name: template.metadata.name ?? '',
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  const names = new Set(claimed.map(({ name }) => name));
  return [...claimed, ...others.filter(({ name }) => !names.has(name))];
}

/** (storageMatches) */
export function hasStorage(set: StatefulSet, { spec }: Pod, ordinal: number): boolean {
  const volumes = new Map((spec?.volumes ?? []).map((volume) => [volume.name, volume.persistentVolumeClaim?.claimName]));
  const templates = set.spec?.volumeClaimTemplates ?? [];
  return templates.every((template) => volumes.get(template.metadata.name ?? '') === claimName(set, template, ordinal));
}
