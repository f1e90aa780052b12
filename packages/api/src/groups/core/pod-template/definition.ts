import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const podTemplates = defineResource<corev1.PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  scope: 'Namespaced',
  setDefaults,
  strategy,
  table,
});
