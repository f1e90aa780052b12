import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';
import { validateStrictEvent, validateStrictEventUpdate } from '../../core/event/validate';

/** Events of `events.k8s.io/v1` are stored as core events, under stricter rules; so paths in errors have the core names. */
export const strategy: Strategy<corev1.Event> = {
  validate: (event) => validateStrictEvent(event),
  validateUpdate: (event, old) => validateStrictEventUpdate(event, old),
  allowCreateOnUpdate: true,
};
