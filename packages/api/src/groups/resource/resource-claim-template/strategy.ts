import type { Strategy } from '../../../registry/resource-definition';
import type { resourcev1 } from '../../../types';
import { validateResourceClaimTemplate, validateResourceClaimTemplateUpdate } from './validate';

/** How a ResourceClaimTemplate is written. */
export const strategy: Strategy<resourcev1.ResourceClaimTemplate> = {
  validate: (object) => validateResourceClaimTemplate(object),
  validateUpdate: (object, old) => validateResourceClaimTemplateUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};
