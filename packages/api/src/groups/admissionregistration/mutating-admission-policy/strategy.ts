import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1beta1 } from '../../../types';
import { validateMutatingAdmissionPolicy, validateMutatingAdmissionPolicyUpdate } from './validate';

const NOT_EVALUATED = 'admission policies are not evaluated yet: this policy is stored, but has no effect';

/** How a MutatingAdmissionPolicy is written. */
export const strategy: Strategy<admissionregistrationv1beta1.MutatingAdmissionPolicy> = {
  validate: (object) => validateMutatingAdmissionPolicy(object),
  validateUpdate: (object, old) => validateMutatingAdmissionPolicyUpdate(object, old),
  warningsOnCreate: () => [NOT_EVALUATED],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
