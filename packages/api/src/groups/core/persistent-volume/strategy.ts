import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { corev1 } from '../../../types';
import { validatePersistentVolume, validatePersistentVolumeStatusUpdate, validatePersistentVolumeUpdate } from './validate';
import { persistentVolumeWarnings } from './warnings';

export const strategy: Strategy<corev1.PersistentVolume> = {
  prepareForCreate(volume, { now }) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp(now) };
  },
  validate: (volume) => validatePersistentVolume(volume),
  warningsOnCreate: persistentVolumeWarnings,
  prepareForUpdate: (volume, old) => keepField(volume, old, 'status'),
  validateUpdate: (volume, old) => validatePersistentVolumeUpdate(volume, old),
  warningsOnUpdate: (volume) => persistentVolumeWarnings(volume),
};

export const statusStrategy: Strategy<corev1.PersistentVolume> = deriveStatusStrategy(strategy, {
  prepareForUpdate: (volume, old, { now }) => stampTransition((volume.status ??= {}), old.status ?? {}, now),
  validateUpdate: (volume) => validatePersistentVolumeStatusUpdate(volume),
});

/** Notes when the phase changes, unless the writer does; keeps the time while it does not. */
function stampTransition(status: corev1.PersistentVolumeStatus, old: corev1.PersistentVolumeStatus, now: Date): void {
  if (status.phase === old.phase) {
    if (status.lastPhaseTransitionTime === undefined) keepField(status, old, 'lastPhaseTransitionTime');
  } else if (status.lastPhaseTransitionTime === undefined || status.lastPhaseTransitionTime === old.lastPhaseTransitionTime) {
    status.lastPhaseTransitionTime = timestamp(now);
  }
}

/** RFC 3339 in whole seconds, as metav1.Time. */
function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}
