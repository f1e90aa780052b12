import type { corev1 } from '../../../types';

export function setDefaults(volume: corev1.PersistentVolume): void {
  const spec = (volume.spec ??= {});
  volume.status = { ...volume.status, phase: volume.status?.phase || 'Pending' };
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  if (spec.hostPath) spec.hostPath.type ??= '';
  if (spec.iscsi) spec.iscsi.iscsiInterface ||= 'default';
  if (spec.rbd) setRbdDefaults(spec.rbd);
  if (spec.azureDisk) setAzureDiskDefaults(spec.azureDisk);
  if (spec.scaleIO) {
    spec.scaleIO.storageMode ||= 'ThinProvisioned';
    spec.scaleIO.fsType ||= 'xfs';
  }
}

function setRbdDefaults(rbd: corev1.RBDPersistentVolumeSource): void {
  rbd.pool ||= 'rbd';
  rbd.user ||= 'admin';
  rbd.keyring ||= '/etc/ceph/keyring';
}

function setAzureDiskDefaults(disk: corev1.AzureDiskVolumeSource): void {
  disk.cachingMode ??= 'ReadWrite';
  disk.kind ??= 'Shared';
  disk.fsType ??= 'ext4';
  disk.readOnly ??= false;
}
