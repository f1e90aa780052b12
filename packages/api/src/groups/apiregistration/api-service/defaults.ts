import type { apiregistrationv1 } from '../../../types';

const DEFAULT_PORT = 443;

/** The service behind an API is reached at 443. */
export function setDefaults(object: apiregistrationv1.APIService): void {
  if (object.spec?.service) object.spec.service.port ??= DEFAULT_PORT;
}
