import type { Strategy } from '../../../registry/resource-definition';
import type { storagev1 } from '../../../types';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validateCsiDriver, validateCsiDriverUpdate } from './validate';

/** How a CSIDriver is written. Its generation starts unset and rises with each change of the spec. */
export const strategy: Strategy<storagev1.CSIDriver> = {
  prepareForUpdate(object, old) {
    if (!semanticEqual(object.spec, old.spec)) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validate: (object) => validateCsiDriver(object),
  validateUpdate: (object, old) => validateCsiDriverUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
