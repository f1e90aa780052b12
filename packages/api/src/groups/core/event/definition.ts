import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { selectableFields } from './fields';
import { strategy } from './strategy';

export const events = defineResource<corev1.Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  strategy,
  selectableFields,
  table,
});
