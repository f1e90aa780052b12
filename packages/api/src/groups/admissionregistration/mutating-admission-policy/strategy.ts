import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1beta1 } from '../../../types';
import { refuseApplyConfigurations, validateMutatingAdmissionPolicy, validateMutatingAdmissionPolicyUpdate } from './validate';

/** How a MutatingAdmissionPolicy is written. */
export const strategy: Strategy<admissionregistrationv1beta1.MutatingAdmissionPolicy> = {
  validate: (object) => [...validateMutatingAdmissionPolicy(object), ...refuseApplyConfigurations(object)],
  validateUpdate: (object, old) => [...validateMutatingAdmissionPolicyUpdate(object, old), ...refuseApplyConfigurations(object)],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
