import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { resourcev1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const deviceClasses = defineResource<resourcev1.DeviceClass>({
  group: 'resource.k8s.io',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  scope: 'Cluster',
  versions: [
    { version: 'v1' },
    { version: 'v1beta2', conversion: sameFields('resource.k8s.io/v1beta2', 'resource.k8s.io/v1') },
    { version: 'v1beta1', conversion: sameFields('resource.k8s.io/v1beta1', 'resource.k8s.io/v1') },
  ],
  strategy,
  table,
});
