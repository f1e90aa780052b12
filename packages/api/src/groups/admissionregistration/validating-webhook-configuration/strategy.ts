import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1 } from '../../../types';
import { validateValidatingWebhookConfiguration, validateValidatingWebhookConfigurationUpdate } from './validate';

const NOT_CALLED = 'admission webhooks are not called yet: this configuration is stored, but has no effect';

/** How a ValidatingWebhookConfiguration is written. */
export const strategy: Strategy<admissionregistrationv1.ValidatingWebhookConfiguration> = {
  validate: (object) => validateValidatingWebhookConfiguration(object),
  validateUpdate: (object, old) => validateValidatingWebhookConfigurationUpdate(object, old),
  warningsOnCreate: () => [NOT_CALLED],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
