import type { FieldNumbers } from './field-numbers';

export const storagemigration: FieldNumbers = {
  StorageVersionMigration: 'metadata:1 spec:2 status:3',
  StorageVersionMigrationSpec: 'resource:1',
  StorageVersionMigrationStatus: 'conditions:1 resourceVersion:2',
};
