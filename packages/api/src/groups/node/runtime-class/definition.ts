import { defineResource } from '../../../registry/define-resource';
import type { nodev1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const runtimeClasses = defineResource<nodev1.RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  scope: 'Cluster',
  strategy,
  table,
});
