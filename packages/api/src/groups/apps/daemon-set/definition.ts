import { defineResource } from '../../../registry/define-resource';
import type { appsv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const daemonSets = defineResource<appsv1.DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
