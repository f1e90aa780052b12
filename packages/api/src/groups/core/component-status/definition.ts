import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const componentStatuses = defineResource<corev1.ComponentStatus>({
  group: '',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  shortNames: ['cs'],
  scope: 'Cluster',
  verbs: ['get', 'list'],
  storagePrefix: 'none',
  versions: [
    {
      version: 'v1',
      deprecationWarning: 'v1 ComponentStatus is deprecated in v1.19+',
    },
  ],
  strategy,
  table,
});
