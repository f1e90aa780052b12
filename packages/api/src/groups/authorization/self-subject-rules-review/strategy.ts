import type { Strategy } from '../../../registry/resource-definition';
import type { authorizationv1 } from '../../../types';

/** How a SelfSubjectRulesReview is asked: it is answered, not stored. Any is well formed; the answer wants a namespace. */
export const strategy: Strategy<authorizationv1.SelfSubjectRulesReview> = {
  validateName: () => [],
  prepareForCreate(object) {
    delete object.status;
  },
};
