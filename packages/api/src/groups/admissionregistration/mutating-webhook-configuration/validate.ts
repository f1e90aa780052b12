import type { FieldError } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../../types';
import { validateChoice, validateWebhooks, type WebhookOptions } from '../../../shared/webhook/admission-webhook';
import { optionsForUpdate, STRICT } from '../../../shared/webhook/webhook-options';

type Configuration = admissionregistrationv1.MutatingWebhookConfiguration;

const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];

/** The rules of a new MutatingWebhookConfiguration. */
export function validateMutatingWebhookConfiguration(object: Configuration): FieldError[] {
  return validateWith(object, STRICT);
}

/** The rules of a changed MutatingWebhookConfiguration: faults it was stored with may stay. */
export function validateMutatingWebhookConfigurationUpdate(object: Configuration, old: Configuration): FieldError[] {
  return validateWith(object, optionsForUpdate(object.webhooks, old.webhooks));
}

function validateWith(object: Configuration, options: WebhookOptions): FieldError[] {
  return validateWebhooks(object.webhooks, options, (webhook, path) =>
    validateChoice(webhook.reinvocationPolicy, REINVOCATION_POLICIES, path.child('reinvocationPolicy')));
}
