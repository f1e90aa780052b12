import type { Strategy } from '../../../registry/resource-definition';
import type { storagev1 } from '../../../types';
import { validateCsiStorageCapacity, validateCsiStorageCapacityUpdate } from './validate';

/** How a CSIStorageCapacity is written. */
export const strategy: Strategy<storagev1.CSIStorageCapacity> = {
  validate: (object) => validateCsiStorageCapacity(object),
  validateUpdate: (object, old) => validateCsiStorageCapacityUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
