import type { admissionregistrationv1 } from '../../../types';
import { defaultMatchResources } from '../../../shared/admission-policy/match-resources';

/** A policy fails closed and matches broadly unless it says otherwise. */
export function setDefaults(object: admissionregistrationv1.ValidatingAdmissionPolicy): void {
  if (!object.spec) return;
  object.spec.failurePolicy ??= 'Fail';
  defaultMatchResources(object.spec.matchConstraints);
}
