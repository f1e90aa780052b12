import { FieldPath } from '@typekube/apimachinery';
import { warningsForNodeLabel } from '../../../shared/pod-template/warnings-node-labels';
import type { corev1 } from '../../../types';

const STORAGE_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

const GONE_SOURCES: readonly (readonly [keyof corev1.PersistentVolumeSpec, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** As GetWarningsForPersistentVolume. */
export function persistentVolumeWarnings({ metadata, spec = {} }: corev1.PersistentVolume): string[] {
  const annotations = metadata.annotations ?? {};
  const warnings = storageClassAnnotationWarnings(annotations);
  if (annotations['volume.beta.kubernetes.io/mount-options'] !== undefined) {
    warnings.push(
      'metadata.annotations[volume.beta.kubernetes.io/mount-options]: ' +
        'deprecated since v1.31; use "mountOptions" attribute instead',
    );
  }
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ' +
        'Instead, the recommended approach is to use dynamic provisioning.',
    );
  }
  warnings.push(...nodeAffinityWarnings(spec.nodeAffinity));
  const gone = GONE_SOURCES.filter(([field]) => spec[field] !== undefined);
  return [...warnings, ...gone.map(([field, detail]) => `spec.${field}: ${detail}`)];
}

/** For volumes and claims alike. */
export function storageClassAnnotationWarnings(annotations: Readonly<Record<string, string>>): string[] {
  if (annotations[STORAGE_CLASS_ANNOTATION] === undefined) return [];
  return [`metadata.annotations[${STORAGE_CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`];
}

function nodeAffinityWarnings(affinity: corev1.VolumeNodeAffinity | undefined): string[] {
  const path = FieldPath.of('spec', 'nodeAffinity', 'required', 'nodeSelectorTerms');
  return (affinity?.required?.nodeSelectorTerms ?? []).flatMap(({ matchExpressions = [] }, i) =>
    matchExpressions.flatMap(({ key }, j) =>
      warningsForNodeLabel(key, path.index(i).child('matchExpressions').index(j).child('key'), `${key} is `),
    ),
  );
}
