import { defineResource } from '../../../registry/define-resource';
import { replicasSubresource } from '../../../registry/subresources';
import { labelSetText } from '../../../shared/columns/selector-text';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const replicationControllers = defineResource<corev1.ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  subresources: {
    scale: replicasSubresource((controller) => labelSetText(controller.spec?.selector)),
  },
  selectableFields: {
    'status.replicas': (controller) => String(controller.status?.replicas ?? 0),
  },
  table,
});
