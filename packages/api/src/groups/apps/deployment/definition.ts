import { defineResource } from '../../../registry/define-resource';
import { replicasSubresource } from '../../../registry/subresources';
import { labelSelectorText } from '../../../shared/columns/selector-text';
import type { appsv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const deployments = defineResource<appsv1.Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  subresources: {
    scale: replicasSubresource((deployment) => labelSelectorText(deployment.spec?.selector)),
  },
  table,
});
