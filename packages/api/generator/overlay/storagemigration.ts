import type { Overlay } from './overlay';

export const storagemigration: Overlay = {
  StorageVersionMigrationStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
