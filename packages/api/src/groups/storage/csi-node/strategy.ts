import type { Strategy } from '../../../registry/resource-definition';
import type { storagev1 } from '../../../types';
import { validateCsiNode, validateCsiNodeUpdate } from './validate';

/** How a CSINode is written. */
export const strategy: Strategy<storagev1.CSINode> = {
  validate: (object) => validateCsiNode(object),
  validateUpdate: (object, old) => validateCsiNodeUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
