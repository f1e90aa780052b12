import { defineResource } from '../../../registry/define-resource';
import { replicasSubresource } from '../../../registry/subresources';
import { labelSelectorText } from '../../../shared/columns/selector-text';
import type { appsv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const replicaSets = defineResource<appsv1.ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  subresources: {
    scale: replicasSubresource((replicaSet) => labelSelectorText(replicaSet.spec?.selector)),
  },
  selectableFields: {
    'status.replicas': (replicaSet) => String(replicaSet.status?.replicas ?? 0),
  },
  table,
});
