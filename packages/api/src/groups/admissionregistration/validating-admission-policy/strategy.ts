import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { admissionregistrationv1 } from '../../../types';
import {
  validateValidatingAdmissionPolicy,
  validateValidatingAdmissionPolicyStatus,
  validateValidatingAdmissionPolicyUpdate,
} from './validate';

/** How a ValidatingAdmissionPolicy is written. */
export const strategy: Strategy<admissionregistrationv1.ValidatingAdmissionPolicy> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateValidatingAdmissionPolicy(object),
  validateUpdate: (object, old) => validateValidatingAdmissionPolicyUpdate(object, old),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};

/** How the type checker's findings are written. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object) => validateValidatingAdmissionPolicyStatus(object),
});
