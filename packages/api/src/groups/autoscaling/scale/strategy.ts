import type { Strategy } from '../../../registry/resource-definition';
import type { autoscalingv1 } from '../../../types';
import { validateScale } from './validate';

export const strategy: Strategy<autoscalingv1.Scale> = {
  validate: (scale) => validateScale(scale),
  validateUpdate: (scale) => validateScale(scale),
};
