import type { Strategy } from '../../../registry/resource-definition';
import type { authenticationv1 } from '../../../types';
import { validateTokenRequest } from './validate';

/** How a TokenRequest is asked of a service account: it is answered, not stored. */
export const strategy: Strategy<authenticationv1.TokenRequest> = {
  validateName: () => [],
  prepareForCreate(object) {
    delete object.status;
  },
  validate: (object) => validateTokenRequest(object),
};
