import { defineResource } from '../../../registry/define-resource';
import type { storagev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const volumeAttachments = defineResource<storagev1.VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
