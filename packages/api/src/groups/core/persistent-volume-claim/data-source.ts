import type { corev1 } from '../../../types';

type Spec = corev1.PersistentVolumeClaimSpec;

/**
 * `dataSource` takes claims and snapshots only; other kinds have always been dropped there, and are still, so that they must be
 * named in `dataSourceRef` (EnforceDataSourceBackwardsCompatibility). A stored claim keeps what it has.
 */
export function dropUnknownDataSource(spec: Spec, old?: Spec): void {
  if (old?.dataSource || old?.dataSourceRef || !spec.dataSource) return;
  if (!isKnownSource(spec.dataSource)) delete spec.dataSource;
}

/** Keeps `dataSource` and `dataSourceRef` in step (NormalizeDataSources); a reference to another namespace stands alone. */
export function normalizeDataSources(spec: Spec): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) {
    spec.dataSourceRef = { ...dataSource };
  } else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _, ...local } = dataSourceRef;
    spec.dataSource = local;
  }
}

function isKnownSource({ apiGroup = '', kind }: corev1.TypedLocalObjectReference): boolean {
  if (apiGroup === '') return kind === 'PersistentVolumeClaim';
  return apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot';
}
