import type { Overlay } from './overlay.js';

export const storagemigration: Overlay = {
  StorageVersionMigrationStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
