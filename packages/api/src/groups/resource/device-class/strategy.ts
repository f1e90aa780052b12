import type { Strategy } from '../../../registry/resource-definition';
import type { resourcev1 } from '../../../types';
import { validateDeviceClass } from './validate';

/** How a DeviceClass is written. */
export const strategy: Strategy<resourcev1.DeviceClass> = {
  validate: (object) => validateDeviceClass(object),
  validateUpdate: (object, old) => validateDeviceClass(object, old),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};
