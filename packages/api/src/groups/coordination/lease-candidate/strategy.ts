import { isConfigMapKey } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import type { coordinationv1beta1 } from '../../../types';
import { validateLeaseCandidate, validateLeaseCandidateUpdate } from './validate';

export const strategy: Strategy<coordinationv1beta1.LeaseCandidate> = {
  /** As a config map's key: a trailing dash is fine even without a suffix to come. */
  validateName: (name) => isConfigMapKey(name),
  validate: (candidate) => validateLeaseCandidate(candidate),
  validateUpdate: (candidate, old) => validateLeaseCandidateUpdate(candidate, old),
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
