import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { resourcev1 } from '../../../types';
import { table } from './columns';
import { conversionV1beta1, setDefaultsV1beta1 } from './convert';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const resourceSlices = defineResource<resourcev1.ResourceSlice>({
  group: 'resource.k8s.io',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  scope: 'Cluster',
  versions: [
    { version: 'v1', setDefaults },
    { version: 'v1beta2', setDefaults, conversion: sameFields('resource.k8s.io/v1beta2', 'resource.k8s.io/v1') },
    { version: 'v1beta1', setDefaults: setDefaultsV1beta1, conversion: conversionV1beta1 },
  ],
  strategy,
  selectableFields: {
    'spec.nodeName': (slice) => slice.spec.nodeName ?? '',
    'spec.driver': (slice) => slice.spec.driver,
  },
  table,
});
