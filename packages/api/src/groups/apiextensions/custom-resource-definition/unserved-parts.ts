import type { apiextensionsv1 } from '../../../types';

/** What a definition asks for that has no effect here, as warnings for those who write it. */
export function unservedParts({ spec }: apiextensionsv1.CustomResourceDefinition): string[] {
  if (spec?.conversion?.strategy !== 'Webhook') return [];
  return ['spec.conversion: this server does not call conversion webhooks: only the storage version can be read and written'];
}
