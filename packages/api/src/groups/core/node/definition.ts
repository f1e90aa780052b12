import { defineResource } from '../../../registry/define-resource';
import { proxySubresource } from '../../../registry/subresources';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const nodes = defineResource<corev1.Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  subresources: {
    proxy: proxySubresource('NodeProxyOptions'),
  },
  selectableFields: {
    'spec.unschedulable': (node) => String(node.spec?.unschedulable ?? false),
  },
  table,
});
