import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { strategy } from './strategy';

export const bindings = defineResource<corev1.Binding>({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  scope: 'Namespaced',
  verbs: ['create'],
  storagePrefix: 'none',
  strategy,
});
