import type { Strategy } from '../../../registry/resource-definition';
import type { storagev1 } from '../../../types';
import { validateVolumeAttributesClass, validateVolumeAttributesClassUpdate } from './validate';

/** How a VolumeAttributesClass is written. */
export const strategy: Strategy<storagev1.VolumeAttributesClass> = {
  validate: (object) => validateVolumeAttributesClass(object),
  validateUpdate: (object, old) => validateVolumeAttributesClassUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};
