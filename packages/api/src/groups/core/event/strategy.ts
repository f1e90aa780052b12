import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';
import { validateEvent } from './validate';

export const strategy: Strategy<corev1.Event> = {
  validate: (event) => validateEvent(event),
  validateUpdate: (event) => validateEvent(event),
  allowCreateOnUpdate: true,
};
