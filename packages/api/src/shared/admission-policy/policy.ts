import { type FieldError, type FieldPath, nameIsDNSSubdomain, required } from '@typekube/apimachinery';
import { invalidEach, validateEnum } from '../fields/field-rules';
import { FAILURE_POLICIES } from '../webhook/admission-webhook';

/** What happens when a policy cannot be evaluated; defaulting has filled it in. */
export function validateFailurePolicy(policy: string | undefined, path: FieldPath): FieldError[] {
  return policy === undefined ? [required(path)] : validateEnum(policy, path, FAILURE_POLICIES);
}

/** The policy that a binding puts to work. It need not exist. */
export function validatePolicyName(name: string | undefined, path: FieldPath): FieldError[] {
  return name ? invalidEach(path, name, nameIsDNSSubdomain(name, false)) : [required(path)];
}
