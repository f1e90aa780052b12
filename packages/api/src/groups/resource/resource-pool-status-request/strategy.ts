import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { resourcev1alpha3 } from '../../../types';
import {
  validateResourcePoolStatusRequest,
  validateResourcePoolStatusRequestStatus,
  validateResourcePoolStatusRequestUpdate,
} from './validate';

/** How a ResourcePoolStatusRequest is written. */
export const strategy: Strategy<resourcev1alpha3.ResourcePoolStatusRequest> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateResourcePoolStatusRequest(object),
  validateUpdate: (object, old) => validateResourcePoolStatusRequestUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

/** How it is answered. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object, old) => validateResourcePoolStatusRequestStatus(object, old),
});
