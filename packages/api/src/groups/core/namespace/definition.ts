import { defineResource } from '../../../registry/define-resource';
import { objectSubresource } from '../../../registry/subresources';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { finalizeStrategy, statusStrategy, strategy } from './strategy';

export const namespaces = defineResource<corev1.Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  scope: 'Cluster',
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  setDefaults,
  strategy,
  statusStrategy,
  subresources: {
    finalize: objectSubresource(finalizeStrategy, ['update']),
  },
  selectableFields: {
    'status.phase': (namespace) => namespace.status?.phase ?? '',
  },
  table,
});
