import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { autoscalingv2 } from '../../../types';
import { validateHorizontalPodAutoscaler, validateHorizontalPodAutoscalerStatusUpdate } from './validate';

export const strategy: Strategy<autoscalingv2.HorizontalPodAutoscaler> = {
  prepareForCreate: (autoscaler) => {
    delete autoscaler.status;
  },
  validate: (autoscaler) => validateHorizontalPodAutoscaler(autoscaler),
  prepareForUpdate: (autoscaler, old) => keepField(autoscaler, old, 'status'),
  validateUpdate: (autoscaler, old) => validateHorizontalPodAutoscaler(autoscaler, old),
};

export const statusStrategy: Strategy<autoscalingv2.HorizontalPodAutoscaler> = deriveStatusStrategy(strategy, {
  validateUpdate: (autoscaler) => validateHorizontalPodAutoscalerStatusUpdate(autoscaler),
});
