import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const secrets = defineResource<corev1.Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  scope: 'Namespaced',
  setDefaults,
  strategy,
  selectableFields: {
    type: (secret) => secret.type ?? '',
  },
  table,
});
