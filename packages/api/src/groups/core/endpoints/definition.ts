import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const endpoints = defineResource<corev1.Endpoints>({
  group: '',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  scope: 'Namespaced',
  versions: [
    {
      version: 'v1',
      setDefaults,
      deprecationWarning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    },
  ],
  strategy,
  table,
});
