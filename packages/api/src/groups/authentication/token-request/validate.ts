import { FieldPath, type FieldError, invalid } from '@typekube/apimachinery';
import type { authenticationv1 } from '../../../types';

const MIN_LIFE_SECONDS = 600;
const MAX_LIFE_SECONDS = 2 ** 32;

/** The rules of a TokenRequest, after defaulting: a token lives ten minutes at least. */
export function validateTokenRequest(object: authenticationv1.TokenRequest): FieldError[] {
  const path = FieldPath.of('spec', 'expirationSeconds');
  const seconds = object.spec?.expirationSeconds ?? 0;
  if (seconds < MIN_LIFE_SECONDS) return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > MAX_LIFE_SECONDS ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}
