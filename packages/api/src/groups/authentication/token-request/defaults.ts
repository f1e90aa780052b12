import type { authenticationv1 } from '../../../types';

const DEFAULT_LIFE_SECONDS = 3600;

/** A token lives for an hour unless it is asked for longer or shorter. */
export function setDefaults(object: authenticationv1.TokenRequest): void {
  object.spec ??= {};
  object.spec.expirationSeconds ??= DEFAULT_LIFE_SECONDS;
}
