import type { Strategy } from '../../../registry/resource-definition';
import type { authenticationv1 } from '../../../types';

/** How a TokenReview is asked: it is answered, not stored. Whether there is a token to review is for the answerer to say. */
export const strategy: Strategy<authenticationv1.TokenReview> = {
  validateName: () => [],
  prepareForCreate(object) {
    delete object.status;
  },
};
