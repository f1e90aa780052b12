import { FieldPath, type FieldError } from '@typekube/apimachinery';
import type { admissionregistrationv1beta1 } from '../../../types';
import { validateMatchResources, validateMutableOperations } from '../../../shared/admission-policy/match-resources';
import { validateParamRef } from '../../../shared/admission-policy/params';
import { validatePolicyName } from '../../../shared/admission-policy/policy';

/** The rules of a MutatingAdmissionPolicyBinding, new or changed. */
export function validateMutatingAdmissionPolicyBinding(
  object: admissionregistrationv1beta1.MutatingAdmissionPolicyBinding,
): FieldError[] {
  const spec: admissionregistrationv1beta1.MutatingAdmissionPolicyBindingSpec = object.spec ?? {};
  const path = FieldPath.of('spec');
  return [
    ...validatePolicyName(spec.policyName, path.child('policyName')),
    ...validateParamRef(spec.paramRef, path.child('paramRef')),
    ...validateMatchResources(spec.matchResources, path.child('matchResources')),
    ...validateMutableOperations(spec.matchResources, path.child('matchResources')),
  ];
}
