import type { storagev1 } from '../../../types';

/** A volume counts as not attached until its attacher says otherwise. */
export function setDefaults(object: storagev1.VolumeAttachment): void {
  object.status ??= { attached: false };
  object.status.attached ??= false;
}
