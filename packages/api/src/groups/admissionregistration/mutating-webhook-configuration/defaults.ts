import type { admissionregistrationv1 } from '../../../types';
import { defaultAdmissionWebhook } from '../../../shared/webhook/default-webhook';

/** Fills in what each webhook leaves open; it is asked once per request. */
export function setDefaults(object: admissionregistrationv1.MutatingWebhookConfiguration): void {
  object.webhooks?.forEach((webhook) => {
    defaultAdmissionWebhook(webhook);
    webhook.reinvocationPolicy ??= 'Never';
  });
}
