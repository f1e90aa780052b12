import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1 } from '../../../types';
import { validateValidatingWebhookConfiguration, validateValidatingWebhookConfigurationUpdate } from './validate';

/** How a ValidatingWebhookConfiguration is written. */
export const strategy: Strategy<admissionregistrationv1.ValidatingWebhookConfiguration> = {
  validate: (object) => validateValidatingWebhookConfiguration(object),
  validateUpdate: (object, old) => validateValidatingWebhookConfigurationUpdate(object, old),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
