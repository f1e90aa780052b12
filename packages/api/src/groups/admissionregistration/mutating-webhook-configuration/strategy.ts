import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1 } from '../../../types';
import { validateMutatingWebhookConfiguration, validateMutatingWebhookConfigurationUpdate } from './validate';

/** How a MutatingWebhookConfiguration is written. */
export const strategy: Strategy<admissionregistrationv1.MutatingWebhookConfiguration> = {
  validate: (object) => validateMutatingWebhookConfiguration(object),
  validateUpdate: (object, old) => validateMutatingWebhookConfigurationUpdate(object, old),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
