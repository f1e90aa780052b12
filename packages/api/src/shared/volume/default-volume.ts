import type { corev1 } from '../../types';
import { defaultPullPolicy } from '../pod-template/image-name';
import { setClaimSpecDefaults } from './default-claim';

const FILE_MODE = 0o644;

/** Fills in a pod's volume; one without a source is an empty directory (SetDefaults_Volume and those of the sources). */
export function setVolumeDefaults(volume: corev1.Volume): void {
  if (!hasSource(volume)) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= FILE_MODE;
  if (volume.configMap) volume.configMap.defaultMode ??= FILE_MODE;
  if (volume.hostPath) volume.hostPath.type ??= '';
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= FILE_MODE;
    for (const file of volume.downwardAPI.items ?? []) setDownwardApiFileDefaults(file);
  }
  if (volume.projected) setProjectedDefaults(volume.projected);
  if (volume.image) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference ?? '');
  const claim = volume.ephemeral?.volumeClaimTemplate;
  if (claim) {
    claim.metadata ??= {};
    setClaimSpecDefaults((claim.spec ??= {}));
  }
  setNetworkVolumeDefaults(volume);
}

function hasSource(volume: corev1.Volume): boolean {
  return Object.entries(volume).some(([key, value]) => key !== 'name' && value !== undefined && value !== null);
}

function setProjectedDefaults(projected: corev1.ProjectedVolumeSource): void {
  projected.defaultMode ??= FILE_MODE;
  for (const source of projected.sources ?? []) {
    for (const file of source.downwardAPI?.items ?? []) setDownwardApiFileDefaults(file);
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
    if (source.podCertificate) source.podCertificate.maxExpirationSeconds ??= 86400;
  }
}

function setDownwardApiFileDefaults(file: corev1.DownwardAPIVolumeFile): void {
  if (file.fieldRef) file.fieldRef.apiVersion ||= 'v1';
  if (file.resourceFieldRef) file.resourceFieldRef.divisor ??= '0';
}

function setNetworkVolumeDefaults({ iscsi, rbd, azureDisk, scaleIO }: corev1.Volume): void {
  if (iscsi) iscsi.iscsiInterface ||= 'default';
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}
