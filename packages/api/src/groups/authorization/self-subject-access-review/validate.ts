import type { FieldError } from '@typekube/apimachinery';
import type { authorizationv1 } from '../../../types';
import { validateAskedAccess, validateNoMetadata } from '../../../shared/subject-access/review';

/** The rules of a SelfSubjectAccessReview: some access, nothing else. */
export function validateSelfSubjectAccessReview(object: authorizationv1.SelfSubjectAccessReview): FieldError[] {
  return [...validateAskedAccess(object.spec ?? {}), ...validateNoMetadata(object.metadata, 'must be empty')];
}
