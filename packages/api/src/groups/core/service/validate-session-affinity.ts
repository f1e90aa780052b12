import { FieldPath, forbidden, invalid, required, type FieldError } from '@typekube/apimachinery';
import { validateRequiredEnum } from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';

const MAX_TIMEOUT_SECONDS = 86_400;
const NEEDED = 'when session affinity type is ClientIP';

export function validateSessionAffinity({ sessionAffinity, sessionAffinityConfig }: corev1.ServiceSpec): FieldError[] {
  const errors = validateRequiredEnum(sessionAffinity, FieldPath.of('spec', 'sessionAffinity'), ['ClientIP', 'None']);
  const path = FieldPath.of('spec', 'sessionAffinityConfig');
  if (sessionAffinity === 'ClientIP') errors.push(...validateClientIp(sessionAffinityConfig, path));
  if (sessionAffinity === 'None' && sessionAffinityConfig) {
    errors.push(forbidden(path, 'must not be set when session affinity is None'));
  }
  return errors;
}

function validateClientIp(config: corev1.SessionAffinityConfig | undefined, path: FieldPath): FieldError[] {
  if (!config) return [required(path, NEEDED)];
  if (!config.clientIP) return [required(path.child('clientIP'), NEEDED)];
  const at = path.child('clientIP', 'timeoutSeconds');
  const { timeoutSeconds } = config.clientIP;
  if (timeoutSeconds === undefined) return [required(at, NEEDED)];
  if (timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS) return [];
  return [invalid(at, timeoutSeconds, `must be greater than 0 and less than ${MAX_TIMEOUT_SECONDS}`)];
}
