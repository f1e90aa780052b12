import type { Strategy } from '../../../registry/resource-definition';
import type { admissionregistrationv1 } from '../../../types';
import { refuseMatchConditions } from '../../../shared/webhook/match-conditions';
import { validateMutatingWebhookConfiguration, validateMutatingWebhookConfigurationUpdate } from './validate';

/** How a MutatingWebhookConfiguration is written. */
export const strategy: Strategy<admissionregistrationv1.MutatingWebhookConfiguration> = {
  validate: (object) => [...validateMutatingWebhookConfiguration(object), ...refuseMatchConditions(object.webhooks)],
  validateUpdate: (object, old) => [
    ...validateMutatingWebhookConfigurationUpdate(object, old),
    ...refuseMatchConditions(object.webhooks, old.webhooks),
  ],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
