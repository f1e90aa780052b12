import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { resourcev1alpha3 } from '../../../types';
import { validateDeviceTaintRule, validateDeviceTaintRuleStatus } from './validate';

/** How a DeviceTaintRule is written. */
export const strategy: Strategy<resourcev1alpha3.DeviceTaintRule> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateDeviceTaintRule(object),
  validateUpdate: (object, old) => validateDeviceTaintRule(object, old),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

/** How the progress of an eviction is written. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object) => validateDeviceTaintRuleStatus(object),
});
