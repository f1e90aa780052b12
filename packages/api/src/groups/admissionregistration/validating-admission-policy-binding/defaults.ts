import type { admissionregistrationv1 } from '../../../types';
import { defaultMatchResources } from '../../../shared/admission-policy/match-resources';

/** Where a binding narrows its policy, it matches broadly unless it says otherwise. */
export function setDefaults(object: admissionregistrationv1.ValidatingAdmissionPolicyBinding): void {
  defaultMatchResources(object.spec?.matchResources);
}
