import { parseQuantity } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { corev1 } from '../../../types';
import { storageClassAnnotationWarnings } from '../persistent-volume/warnings';
import { dropUnknownDataSource, normalizeDataSources } from './data-source';
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimStatusUpdate,
  validatePersistentVolumeClaimUpdate,
} from './validate';

export const strategy: Strategy<corev1.PersistentVolumeClaim> = {
  prepareForCreate(claim) {
    claim.status = { phase: 'Pending' };
    const spec = (claim.spec ??= {});
    dropUnknownDataSource(spec);
    normalizeDataSources(spec);
  },
  validate: (claim) => validatePersistentVolumeClaim(claim),
  warningsOnCreate: warnings,
  prepareForUpdate(claim, old) {
    keepField(claim, old, 'status');
    const spec = (claim.spec ??= {});
    dropUnknownDataSource(spec, old.spec);
    normalizeDataSources(spec);
  },
  validateUpdate: (claim, old) => validatePersistentVolumeClaimUpdate(claim, old),
  warningsOnUpdate: (claim) => warnings(claim),
};

export const statusStrategy: Strategy<corev1.PersistentVolumeClaim> = deriveStatusStrategy(strategy, {
  validateUpdate: (claim) => validatePersistentVolumeClaimStatusUpdate(claim),
});

function warnings({ metadata, spec }: corev1.PersistentVolumeClaim): string[] {
  const found = storageClassAnnotationWarnings(metadata.annotations ?? {});
  for (const [list, amount] of [['requests', spec?.resources?.requests], ['limits', spec?.resources?.limits]] as const) {
    const storage = amount?.['storage'];
    if (storage === undefined || parseQuantity(storage).milliValue() % 1000n === 0n) continue;
    found.push(`spec.resources.${list}[storage]: fractional byte value "${storage}" is invalid, must be an integer`);
  }
  return found;
}
