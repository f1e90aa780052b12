import { randomUUID } from 'node:crypto';
import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';
import { validateLimitRange } from './validate';

export const strategy: Strategy<corev1.LimitRange> = {
  prepareForCreate(limitRange) {
    limitRange.metadata.name ||= randomUUID();
  },
  validate: (limitRange) => validateLimitRange(limitRange),
  validateUpdate: (limitRange) => validateLimitRange(limitRange),
  allowCreateOnUpdate: true,
};
