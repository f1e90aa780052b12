import { FieldPath, forbidden, invalid, isValidPortNum, required, type FieldError } from '@typekube/apimachinery';
import { FIELD_IMMUTABLE, invalidEach, isMissing, validateEnum, validateRequiredEnum } from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';
import { isExternallyAccessible, needsHealthCheckNodePort } from './service-kind';

const SPEC = FieldPath.of('spec');
const POLICIES = ['Cluster', 'Local'] as const;

/** The external traffic policy and the health check port that goes with `Local`. */
export function validateExternalTrafficPolicy(spec: corev1.ServiceSpec): FieldError[] {
  return [...validatePolicy(spec), ...validateHealthCheckNodePort(spec)];
}

function validatePolicy(spec: corev1.ServiceSpec): FieldError[] {
  const path = SPEC.child('externalTrafficPolicy');
  const policy = spec.externalTrafficPolicy;
  if (isExternallyAccessible(spec)) return validateRequiredEnum(policy, path, POLICIES);
  return isMissing(policy) ? [] : [invalid(path, policy, 'may only be set for externally-accessible services')];
}

function validateHealthCheckNodePort(spec: corev1.ServiceSpec): FieldError[] {
  const path = SPEC.child('healthCheckNodePort');
  const port = spec.healthCheckNodePort ?? 0;
  if (needsHealthCheckNodePort(spec)) return port === 0 ? [required(path)] : invalidEach(path, port, isValidPortNum(port));
  const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return port === 0 ? [] : [invalid(path, port, detail)];
}

/** A health check port stays as long as one is needed. */
export function validateHealthCheckNodePortUpdate(spec: corev1.ServiceSpec, old: corev1.ServiceSpec): FieldError[] {
  if (!needsHealthCheckNodePort(spec) || !needsHealthCheckNodePort(old)) return [];
  const same = (spec.healthCheckNodePort ?? 0) === (old.healthCheckNodePort ?? 0);
  return same ? [] : [forbidden(SPEC.child('healthCheckNodePort'), FIELD_IMMUTABLE)];
}

export function validateInternalTrafficPolicy({ type, internalTrafficPolicy }: corev1.ServiceSpec): FieldError[] {
  const path = SPEC.child('internalTrafficPolicy');
  if (internalTrafficPolicy !== undefined) return validateEnum(internalTrafficPolicy, path, POLICIES);
  return type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP' ? [required(path)] : [];
}
