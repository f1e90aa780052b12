import type { admissionregistrationv1beta1 } from '../../../types';
import { defaultMatchResources } from '../../../shared/admission-policy/match-resources';

/** Where a binding narrows its policy, it matches broadly unless it says otherwise. */
export function setDefaults(object: admissionregistrationv1beta1.MutatingAdmissionPolicyBinding): void {
  defaultMatchResources(object.spec?.matchResources);
}
