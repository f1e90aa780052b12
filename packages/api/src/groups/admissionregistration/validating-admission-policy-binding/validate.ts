import { FieldPath, type FieldError, duplicate, invalid, notSupported, required } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../../types';
import { validateMatchResources } from '../../../shared/admission-policy/match-resources';
import { validateParamRef } from '../../../shared/admission-policy/params';
import { validatePolicyName } from '../../../shared/admission-policy/policy';

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const DENY_AND_WARN =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

/**
 * The rules of a ValidatingAdmissionPolicyBinding, new or changed. The path of matchResources is misspelt upstream, and so
 * here.
 */
export function validateValidatingAdmissionPolicyBinding(
  object: admissionregistrationv1.ValidatingAdmissionPolicyBinding,
): FieldError[] {
  const spec: Partial<admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec> = object.spec ?? {};
  const path = FieldPath.of('spec');
  return [
    ...validatePolicyName(spec.policyName, path.child('policyName')),
    ...validateParamRef(spec.paramRef, path.child('paramRef')),
    ...validateMatchResources(spec.matchResources, path.child('matchResouces')),
    ...validateActions(spec.validationActions ?? [], path.child('validationActions')),
  ];
}

function validateActions(actions: readonly string[], path: FieldPath): FieldError[] {
  if (actions.length === 0) return [required(path, 'at least one validation action is required')];
  const seen = new Set<string>();
  const errors = actions.flatMap((action, i) => {
    const found = ACTIONS.includes(action) ? [] : [notSupported(path.index(i), action, ACTIONS)];
    if (seen.has(action)) found.push(duplicate(path.index(i), action));
    seen.add(action);
    return found;
  });
  return seen.has('Deny') && seen.has('Warn') ? [...errors, invalid(path, actions, DENY_AND_WARN)] : errors;
}
