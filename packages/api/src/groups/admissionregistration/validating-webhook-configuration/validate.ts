import type { FieldError } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../../types';
import { validateWebhooks, type WebhookOptions } from '../../../shared/webhook/admission-webhook';
import { optionsForUpdate, STRICT } from '../../../shared/webhook/webhook-options';

type Configuration = admissionregistrationv1.ValidatingWebhookConfiguration;

/** The rules of a new ValidatingWebhookConfiguration. */
export function validateValidatingWebhookConfiguration(object: Configuration): FieldError[] {
  return validateWith(object, STRICT);
}

/** The rules of a changed ValidatingWebhookConfiguration: faults it was stored with may stay. */
export function validateValidatingWebhookConfigurationUpdate(object: Configuration, old: Configuration): FieldError[] {
  return validateWith(object, optionsForUpdate(object.webhooks, old.webhooks));
}

function validateWith(object: Configuration, options: WebhookOptions): FieldError[] {
  return validateWebhooks(object.webhooks, options, () => []);
}
