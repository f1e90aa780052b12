import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1 } from '../../../types';
import { refuseMatchConditions } from '../../../shared/webhook/match-conditions';
import { validateValidatingWebhookConfiguration, validateValidatingWebhookConfigurationUpdate } from './validate';

/** How a ValidatingWebhookConfiguration is written. */
export const strategy: Strategy<admissionregistrationv1.ValidatingWebhookConfiguration> = {
  validate: (object) => [...validateValidatingWebhookConfiguration(object), ...refuseMatchConditions(object.webhooks)],
  validateUpdate: (object, old) => [
    ...validateValidatingWebhookConfigurationUpdate(object, old),
    ...refuseMatchConditions(object.webhooks, old.webhooks),
  ],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
