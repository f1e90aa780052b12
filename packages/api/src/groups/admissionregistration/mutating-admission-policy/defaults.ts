import type { admissionregistrationv1beta1 } from '../../../types';
import { defaultMatchResources } from '../../../shared/admission-policy/match-resources';

/** A policy fails closed and matches broadly unless it says otherwise; its reinvocation must be chosen. */
export function setDefaults(object: admissionregistrationv1beta1.MutatingAdmissionPolicy): void {
  if (!object.spec) return;
  object.spec.failurePolicy ??= 'Fail';
  defaultMatchResources(object.spec.matchConstraints);
}
