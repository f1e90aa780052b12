import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.Secret>(
  nameColumn,
  text(
    'Type',
    'Used to facilitate programmatic handling of secret data. More info: ' +
      'https://kubernetes.io/docs/concepts/configuration/secret/#secret-types',
    ({ type }) => type ?? '',
  ),
  text(
    'Data',
    'Data contains the secret data. Each key must consist of alphanumeric characters, \'-\', \'_\' or \'.\'. The ' +
      'serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly ' +
      'non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4',
    ({ data }) => Object.keys(data ?? {}).length,
  ),
  ageColumn,
);
