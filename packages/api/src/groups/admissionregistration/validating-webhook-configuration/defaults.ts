import type { admissionregistrationv1 } from '../../../types';
import { defaultAdmissionWebhook } from '../../../shared/webhook/default-webhook';

/** Fills in what each webhook leaves open. */
export function setDefaults(object: admissionregistrationv1.ValidatingWebhookConfiguration): void {
  object.webhooks?.forEach(defaultAdmissionWebhook);
}
