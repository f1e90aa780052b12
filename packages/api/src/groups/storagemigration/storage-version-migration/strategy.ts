import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { storagemigrationv1beta1 } from '../../../types';
import {
  validateStorageVersionMigration,
  validateStorageVersionMigrationStatus,
  validateStorageVersionMigrationUpdate,
} from './validate';

/** How a StorageVersionMigration is written. */
export const strategy: Strategy<storagemigrationv1beta1.StorageVersionMigration> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateStorageVersionMigration(object),
  validateUpdate: (object, old) => validateStorageVersionMigrationUpdate(object, old),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};

/** How its progress is written. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object, old) => validateStorageVersionMigrationStatus(object, old),
});
