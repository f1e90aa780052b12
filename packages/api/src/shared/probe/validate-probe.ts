import { type FieldError, type FieldPath, invalid } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { validateNonnegativeField } from '../fields/field-rules';
import { validateHandler } from './validate-handler';

/** Liveness and startup probes: one success is enough. */
export function validateRestartingProbe(probe: corev1.Probe, path: FieldPath, gracePeriod: number | undefined): FieldError[] {
  const errors = validateProbe(probe, path, gracePeriod);
  if (probe.successThreshold !== 1) {
    errors.push(invalid(path.child('successThreshold'), probe.successThreshold ?? 0, 'must be 1'));
  }
  return errors;
}

/** Readiness probes stop nothing, so they have no grace period. */
export function validateReadinessProbe(probe: corev1.Probe, path: FieldPath, gracePeriod: number | undefined): FieldError[] {
  const errors = validateProbe(probe, path, gracePeriod);
  const { terminationGracePeriodSeconds: seconds } = probe;
  if (seconds !== undefined) {
    errors.push(invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must not be set for readinessProbes'));
  }
  return errors;
}

const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

function validateProbe(probe: corev1.Probe, path: FieldPath, gracePeriod: number | undefined): FieldError[] {
  const errors = validateHandler(probe, path, gracePeriod);
  for (const field of COUNTS) errors.push(...validateNonnegativeField(probe[field] ?? 0, path.child(field)));
  const { terminationGracePeriodSeconds: seconds } = probe;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must be greater than 0'));
  }
  return errors;
}
