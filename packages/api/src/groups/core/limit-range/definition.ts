import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const limitRanges = defineResource<corev1.LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
});
