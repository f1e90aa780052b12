import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1beta1 } from '../../../types';
import { validateMutatingAdmissionPolicy, validateMutatingAdmissionPolicyUpdate } from './validate';

/** How a MutatingAdmissionPolicy is written. */
export const strategy: Strategy<admissionregistrationv1beta1.MutatingAdmissionPolicy> = {
  validate: validateMutatingAdmissionPolicy,
  validateUpdate: validateMutatingAdmissionPolicyUpdate,
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
