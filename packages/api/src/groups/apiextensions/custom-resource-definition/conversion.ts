import { type FieldError, type FieldPath, forbidden, required } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';
import { validateRequiredEnum } from '../../../shared/fields/field-rules';
import { validateWebhookClient } from '../../../shared/webhook/client-config';
import { hasAcceptedReviewVersion, validateReviewVersions } from '../../../shared/webhook/review-versions';

type Conversion = apiextensionsv1.CustomResourceConversion;

/** How objects are converted between versions. Upstream's paths are those of its internal form: `webhookClientConfig`. */
export function validateConversion(conversion: Conversion | undefined, path: FieldPath, requireAccepted: boolean): FieldError[] {
  if (!conversion) return [];
  const errors = validateRequiredEnum(conversion.strategy, path.child('strategy'), ['None', 'Webhook']);
  const clientPath = path.child('webhookClientConfig');
  const versionsPath = path.child('conversionReviewVersions');
  const { clientConfig, conversionReviewVersions: versions = [] } = conversion.webhook ?? {};
  if (conversion.strategy === 'Webhook') {
    errors.push(
      ...(clientConfig
        ? validateWebhookClient(clientConfig, clientPath)
        : [required(clientPath, 'required when strategy is set to Webhook')]),
      ...validateReviewVersions(versions, versionsPath, { requireAccepted, whenEmpty: '' }),
    );
    return errors;
  }
  const detail = 'should not be set when strategy is not set to Webhook';
  if (clientConfig) errors.push(forbidden(clientPath, detail));
  if (versions.length > 0) errors.push(forbidden(versionsPath, detail));
  return errors;
}

/** Whether an update must name a version of review that is known here: not if the stored definition did not. */
export function requiresAcceptedReview(old: Conversion | undefined): boolean {
  const versions = old?.webhook?.conversionReviewVersions ?? [];
  return versions.length === 0 || hasAcceptedReviewVersion(versions);
}
