import type { Strategy } from '../../../registry/resource-definition';
import type { authorizationv1 } from '../../../types';
import { validateLocalSubjectAccessReview } from './validate';

/** How a LocalSubjectAccessReview is asked: it is answered, not stored. */
export const strategy: Strategy<authorizationv1.LocalSubjectAccessReview> = {
  validateName: () => [],
  prepareForCreate(object) {
    delete object.status;
  },
  validate: (object) => validateLocalSubjectAccessReview(object),
};
