import type { AdmissionWebhook } from './admission-webhook';
import { defaultWebhookClient } from './client-config';
import { defaultRule } from './rules';

const DEFAULT_TIMEOUT_SECONDS = 10;

/** What an admission webhook is taken to mean where it does not say: fail closed, match every form of a resource, ask for all. */
export function defaultAdmissionWebhook(webhook: AdmissionWebhook): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= DEFAULT_TIMEOUT_SECONDS;
  webhook.rules?.forEach(defaultRule);
  defaultWebhookClient(webhook.clientConfig);
}
