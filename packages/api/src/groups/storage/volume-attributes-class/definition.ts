import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { storagev1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const volumeAttributesClasses = defineResource<storagev1.VolumeAttributesClass>({
  group: 'storage.k8s.io',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  scope: 'Cluster',
  versions: [
    { version: 'v1' },
    { version: 'v1beta1', conversion: sameFields('storage.k8s.io/v1beta1', 'storage.k8s.io/v1') },
  ],
  strategy,
  table,
});
