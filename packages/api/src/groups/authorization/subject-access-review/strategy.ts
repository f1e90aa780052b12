import type { Strategy } from '../../../registry/resource-definition';
import type { authorizationv1 } from '../../../types';
import { validateSubjectAccessReview } from './validate';

/** How a SubjectAccessReview is asked: it is answered, not stored. */
export const strategy: Strategy<authorizationv1.SubjectAccessReview> = {
  validateName: () => [],
  prepareForCreate(object) {
    delete object.status;
  },
  validate: (object) => validateSubjectAccessReview(object),
};
