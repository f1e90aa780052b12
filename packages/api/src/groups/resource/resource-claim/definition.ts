import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { resourcev1 } from '../../../types';
import { table } from './columns';
import { conversionV1beta1, setDefaultsV1beta1 } from './convert';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const resourceClaims = defineResource<resourcev1.ResourceClaim>({
  group: 'resource.k8s.io',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  scope: 'Namespaced',
  versions: [
    { version: 'v1', setDefaults },
    { version: 'v1beta2', setDefaults, conversion: sameFields('resource.k8s.io/v1beta2', 'resource.k8s.io/v1') },
    { version: 'v1beta1', setDefaults: setDefaultsV1beta1, conversion: conversionV1beta1 },
  ],
  strategy,
  statusStrategy,
  table,
});
