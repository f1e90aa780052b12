import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { flowcontrolv1 } from '../../../types';
import { validatePriorityLevelConfiguration, validatePriorityLevelConfigurationStatus } from './validate';

/** How a PriorityLevelConfiguration is written. */
export const strategy: Strategy<flowcontrolv1.PriorityLevelConfiguration> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validatePriorityLevelConfiguration(object),
  validateUpdate: (object) => validatePriorityLevelConfiguration(object),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

/** How its conditions are written. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object) => validatePriorityLevelConfigurationStatus(object),
});
