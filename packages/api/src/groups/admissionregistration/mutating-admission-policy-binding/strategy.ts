import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1beta1 } from '../../../types';
import { validateMutatingAdmissionPolicyBinding } from './validate';

/** How a MutatingAdmissionPolicyBinding is written. */
export const strategy: Strategy<admissionregistrationv1beta1.MutatingAdmissionPolicyBinding> = {
  validate: (object) => validateMutatingAdmissionPolicyBinding(object),
  validateUpdate: (object) => validateMutatingAdmissionPolicyBinding(object),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
