import type { Strategy } from '../../../registry/resource-definition';
import type { storagev1 } from '../../../types';
import { validateStorageClass, validateStorageClassUpdate } from './validate';
import { deprecatedTopologyKeys } from './warnings';

/** How a StorageClass is written. An update is checked as a new class, too. */
export const strategy: Strategy<storagev1.StorageClass> = {
  validate: (object) => validateStorageClass(object),
  validateUpdate: (object, old) => [...validateStorageClass(object), ...validateStorageClassUpdate(object, old)],
  warningsOnCreate: (object) => deprecatedTopologyKeys(object),
  warningsOnUpdate: (object) => deprecatedTopologyKeys(object),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};
