import { defineResource } from '../../../registry/define-resource';
import type { flowcontrolv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const priorityLevelConfigurations = defineResource<flowcontrolv1.PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
