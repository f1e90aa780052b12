import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1 } from '../../../types';
import { validateValidatingAdmissionPolicyBinding } from './validate';

/** How a ValidatingAdmissionPolicyBinding is written. */
export const strategy: Strategy<admissionregistrationv1.ValidatingAdmissionPolicyBinding> = {
  validate: (object) => validateValidatingAdmissionPolicyBinding(object),
  validateUpdate: (object) => validateValidatingAdmissionPolicyBinding(object),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
