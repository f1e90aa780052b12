import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { apiserverinternalv1alpha1 } from '../../../types';
import { validateStorageVersionName, validateStorageVersionStatus } from './validate';

/** How a StorageVersion is written. Its spec is empty: there is nothing to say of a change. */
export const strategy: Strategy<apiserverinternalv1alpha1.StorageVersion> = {
  validateName: (name) => validateStorageVersionName(name),
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateStorageVersionStatus(object),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};

/** How servers report what they store. */
export const statusStrategy = deriveStatusStrategy(strategy, { validateUpdate: (object) => validateStorageVersionStatus(object) });
