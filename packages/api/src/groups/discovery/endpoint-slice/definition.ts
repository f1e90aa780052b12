import { defineResource } from '../../../registry/define-resource';
import type { discoveryv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const endpointSlices = defineResource<discoveryv1.EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  scope: 'Namespaced',
  setDefaults,
  strategy,
  table,
});
