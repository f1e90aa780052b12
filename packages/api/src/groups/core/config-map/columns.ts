import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.ConfigMap>(
  nameColumn,
  text(
    'Data',
    'Data contains the configuration data. Each key must consist of alphanumeric characters, \'-\', \'_\' or \'.\'. ' +
      'Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not ' +
      'overlap with the keys in the BinaryData field, this is enforced during validation process.',
    ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
  ),
  ageColumn,
);
