import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { storagev1 } from '../../../types';
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from './validate';

/** How a VolumeAttachment is written. */
export const strategy: Strategy<storagev1.VolumeAttachment> = {
  prepareForCreate(object) {
    object.status = { attached: false };
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateVolumeAttachment(object),
  validateUpdate: (object, old) => validateVolumeAttachmentUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};

/** How the attacher writes what became of a VolumeAttachment. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object, old) => validateVolumeAttachmentUpdate(object, old),
});
