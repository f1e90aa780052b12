import { ageColumn, boolean, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { storagev1 } from '../../../types';

const ATTACHER =
  'attacher indicates the name of the volume driver that MUST handle this request. This is the name returned by ' +
  'GetPluginName().';

export const table = defineTable<storagev1.VolumeAttachment>(
  nameColumn,
  { ...text('Attacher', ATTACHER, ({ spec }) => spec.attacher), format: 'name' },
  text(
    'PV',
    'persistentVolumeName represents the name of the persistent volume to attach.',
    ({ spec }) => spec.source.persistentVolumeName ?? '',
  ),
  text('Node', 'nodeName represents the node that the volume should be attached to.', ({ spec }) => spec.nodeName),
  boolean(
    'Attached',
    'attached indicates the volume is successfully attached. This field must only be set by the entity ' +
      'completing the attach operation, i.e. the external-attacher.',
    ({ status }) => status?.attached ?? false,
  ),
  ageColumn,
);
