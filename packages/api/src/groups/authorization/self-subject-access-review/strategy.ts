import type { Strategy } from '../../../registry/resource-definition';
import type { authorizationv1 } from '../../../types';
import { validateSelfSubjectAccessReview } from './validate';

/** How a SelfSubjectAccessReview is asked: it is answered, not stored. */
export const strategy: Strategy<authorizationv1.SelfSubjectAccessReview> = {
  validateName: () => [],
  prepareForCreate(object) {
    delete object.status;
  },
  validate: (object) => validateSelfSubjectAccessReview(object),
};
