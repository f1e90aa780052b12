import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from '../../core/event/columns';
import { strategy } from './strategy';
import { conversion } from './convert';
import { selectableFields } from './fields';

export const groupEvents = defineResource<corev1.Event>({
  group: 'events.k8s.io',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  versions: [{ version: 'v1', conversion }],
  storageGroup: '',
  strategy,
  selectableFields,
  table,
});
