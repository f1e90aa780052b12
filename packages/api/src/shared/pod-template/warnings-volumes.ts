import { type FieldPath, parseQuantity } from '@typekube/apimachinery';
import type { corev1 } from '../../types';

const DEPRECATED_VOLUMES: readonly (readonly [Extract<keyof corev1.Volume, string>, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** Volume plugins that are gone or going, and projected files that clash with the pod's token. */
export function warningsForVolumes(volumes: readonly corev1.Volume[], path: FieldPath): string[] {
  const warnings = volumes.flatMap((volume, i) => {
    const at = path.index(i);
    const old = DEPRECATED_VOLUMES.filter(([field]) => volume[field] !== undefined).map(
      ([field, message]) => `${at.child(field)}: ${message}`,
    );
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
    return claim ? [...old, ...warningsForClaimSpec(claim, at.child('ephemeral', 'volumeClaimTemplate', 'spec'))] : old;
  });
  return [...warnings, ...warningsForTokenPaths(volumes, path)];
}

/** A claim asks for whole bytes (GetWarningsForPersistentVolumeClaimSpec). */
export function warningsForClaimSpec({ resources }: corev1.PersistentVolumeClaimSpec, path: FieldPath): string[] {
  return (['requests', 'limits'] as const).flatMap((field) => {
    const amount = resources?.[field]?.storage;
    if (amount === undefined || parseQuantity(amount).milliValue() % 1000n === 0n) return [];
    return [
      `${path.child('resources', field).key('storage')}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
    ];
  });
}

function warningsForTokenPaths(volumes: readonly corev1.Volume[], path: FieldPath): string[] {
  const tokens = new Set(
    volumes.flatMap(({ projected }) => projected?.sources ?? []).map((source) => source.serviceAccountToken?.path),
  );
  tokens.delete(undefined);
  if (tokens.size === 0) return [];
  return volumes.flatMap(({ projected }, i) =>
    (projected?.sources ?? []).flatMap((source) => {
      const at = path.index(i).child('projected', 'sources');
      const clash = (place: FieldPath, file: string): string[] =>
        tokens.has(file) ? [`${place}: has duplicated path with ServiceAccountToken ${JSON.stringify(file)}`] : [];
      const { configMap, secret, downwardAPI, clusterTrustBundle } = source;
      return [
        ...(configMap?.items ?? []).flatMap((item, j) => clash(at.child('configMap').index(j), item.path)),
        ...(secret?.items ?? []).flatMap((item, j) => clash(at.child('secrets').index(j), item.path)),
        ...(downwardAPI?.items ?? []).flatMap((item, j) => clash(at.child('downwardAPI').index(j), item.path)),
        ...(clusterTrustBundle ? clash(at.child('ClusterTrustBundle'), clusterTrustBundle.path) : []),
      ];
    }),
  );
}
