import type { Strategy } from '../../../registry/resource-definition';
import type { authenticationv1 } from '../../../types';

/** How a SelfSubjectReview is asked: it is answered, not stored. */
export const strategy: Strategy<authenticationv1.SelfSubjectReview> = {
  validateName: () => [],
  prepareForCreate(object) {
    delete object.status;
  },
};
