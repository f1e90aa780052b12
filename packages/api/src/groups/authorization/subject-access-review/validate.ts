import type { FieldError } from '@typekube/apimachinery';
import type { authorizationv1 } from '../../../types';
import { validateAskedAccess, validateAskedSubject, validateNoMetadata } from '../../../shared/subject-access/review';

/** The rules of a SubjectAccessReview: someone, some access, nothing else. */
export function validateSubjectAccessReview(object: authorizationv1.SubjectAccessReview): FieldError[] {
  const spec = object.spec ?? {};
  return [...validateAskedAccess(spec), ...validateAskedSubject(spec), ...validateNoMetadata(object.metadata, 'must be empty')];
}
