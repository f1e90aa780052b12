import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { resourcev1alpha3 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const deviceTaintRules = defineResource<resourcev1alpha3.DeviceTaintRule>({
  group: 'resource.k8s.io',
  kind: 'DeviceTaintRule',
  plural: 'devicetaintrules',
  scope: 'Cluster',
  versions: [
    { version: 'v1beta2', setDefaults, conversion: sameFields('resource.k8s.io/v1beta2', 'resource.k8s.io/v1alpha3') },
    {
      version: 'v1alpha3',
      setDefaults,
      deprecationWarning: 'resource.k8s.io/v1alpha3 DeviceTaintRule is deprecated in v1.36+',
    },
  ],
  storageVersion: 'v1alpha3',
  strategy,
  statusStrategy,
  table,
});
