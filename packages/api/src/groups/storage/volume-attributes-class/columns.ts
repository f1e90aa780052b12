import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { storagev1 } from '../../../types';

export const table = defineTable<storagev1.VolumeAttributesClass>(
  nameColumn,
  text('DriverName', 'Name of the CSI driver This field is immutable.', ({ driverName }) => driverName),
  ageColumn,
);
