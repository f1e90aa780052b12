import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1 } from '../../../types';
import { validateMutatingWebhookConfiguration, validateMutatingWebhookConfigurationUpdate } from './validate';

const NOT_CALLED = 'admission webhooks are not called yet: this configuration is stored, but has no effect';

/** How a MutatingWebhookConfiguration is written. */
export const strategy: Strategy<admissionregistrationv1.MutatingWebhookConfiguration> = {
  validate: (object) => validateMutatingWebhookConfiguration(object),
  validateUpdate: (object, old) => validateMutatingWebhookConfigurationUpdate(object, old),
  warningsOnCreate: () => [NOT_CALLED],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
