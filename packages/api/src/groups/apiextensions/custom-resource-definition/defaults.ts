import type { apiextensionsv1 } from '../../../types';
import { defaultWebhookClient } from '../../../shared/webhook/client-config';

/** Names that follow from others, no conversion, and the storage version as the first one stored. */
export function setDefaults(object: apiextensionsv1.CustomResourceDefinition): void {
  const { spec } = object;
  if (!spec) return;
  if (spec.names) {
    spec.names.singular ||= (spec.names.kind ?? '').toLowerCase();
    if (spec.names.kind) spec.names.listKind ||= `${spec.names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  defaultWebhookClient(spec.conversion.webhook?.clientConfig);
}
