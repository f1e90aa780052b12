import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { schedulingv1alpha2 } from '../../../types';
import { validatePodGroup, validatePodGroupStatusUpdate, validatePodGroupUpdate } from './validate';

export const strategy: Strategy<schedulingv1alpha2.PodGroup> = {
  prepareForCreate: (podGroup) => {
    delete podGroup.status;
  },
  validate: (podGroup) => validatePodGroup(podGroup),
  prepareForUpdate: (podGroup, old) => keepField(podGroup, old, 'status'),
  validateUpdate: (podGroup, old) => validatePodGroupUpdate(podGroup, old),
};

export const statusStrategy: Strategy<schedulingv1alpha2.PodGroup> = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (podGroup) => validatePodGroupStatusUpdate(podGroup),
});
