import { defineResource } from '../../../registry/define-resource';
import { replicasSubresource } from '../../../registry/subresources';
import { labelSelectorText } from '../../../shared/columns/selector-text';
import type { appsv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const statefulSets = defineResource<appsv1.StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  subresources: {
    scale: replicasSubresource((statefulSet) => labelSelectorText(statefulSet.spec?.selector)),
  },
  table,
});
