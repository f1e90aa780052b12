import { defineResource } from '../../../registry/define-resource';
import type { flowcontrolv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const flowSchemas = defineResource<flowcontrolv1.FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
