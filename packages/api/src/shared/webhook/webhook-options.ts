import { semanticEqual } from '../fields/semantic-equal';
import { type AdmissionWebhook, hasInvalidSelector, NO_SIDE_EFFECTS, type WebhookOptions } from './admission-webhook';
import { hasAcceptedReviewVersion } from './review-versions';

/** The rules of a new webhook configuration: all of them. */
export const STRICT: WebhookOptions = {
  ignoreMatchConditions: false,
  requireNoSideEffects: true,
  requireAcceptedReviewVersion: true,
  requireUniqueNames: true,
  allowInvalidLabelValueInSelector: false,
};

/** The rules of an update: a fault that the stored configuration has already is let through. */
export function optionsForUpdate(
  webhooks: readonly AdmissionWebhook[] | undefined,
  oldWebhooks: readonly AdmissionWebhook[] | undefined,
): WebhookOptions {
  const old = oldWebhooks ?? [];
  return {
    ignoreMatchConditions: sameMatchConditions(webhooks ?? [], old),
    requireNoSideEffects: old.every(({ sideEffects }) => NO_SIDE_EFFECTS.includes(sideEffects)),
    requireAcceptedReviewVersion: old.every(({ admissionReviewVersions: v }) => !v?.length || hasAcceptedReviewVersion(v)),
    requireUniqueNames: new Set(old.map(({ name }) => name)).size === old.length,
    allowInvalidLabelValueInSelector: old.some(hasInvalidSelector),
  };
}

function sameMatchConditions(webhooks: readonly AdmissionWebhook[], old: readonly AdmissionWebhook[]): boolean {
  return (
    webhooks.length === old.length &&
    webhooks.every(({ matchConditions }, i) => semanticEqual(matchConditions, old[i]?.matchConditions))
  );
}
