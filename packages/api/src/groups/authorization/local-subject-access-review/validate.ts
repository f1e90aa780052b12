import { FieldPath, type FieldError, invalid } from '@typekube/apimachinery';
import type { authorizationv1 } from '../../../types';
import { validateAskedAccess, validateAskedSubject, validateNoMetadata } from '../../../shared/subject-access/review';

/** The rules of a LocalSubjectAccessReview: someone, and access to a resource in the namespace it is asked in. */
export function validateLocalSubjectAccessReview(object: authorizationv1.LocalSubjectAccessReview): FieldError[] {
  const spec = object.spec ?? {};
  const { namespace, ...metadata } = object.metadata;
  return [
    ...validateAskedAccess(spec),
    ...validateAskedSubject(spec),
    ...validateNoMetadata(metadata, 'must be empty except for namespace'),
    ...validateIsLocal(spec, namespace ?? ''),
  ];
}

function validateIsLocal(spec: authorizationv1.SubjectAccessReviewSpec, namespace: string): FieldError[] {
  const path = FieldPath.of('spec');
  const asked = spec.resourceAttributes?.namespace ?? '';
  const errors: FieldError[] = [];
  if (spec.resourceAttributes && asked !== namespace) {
    errors.push(invalid(path.child('resourceAttributes', 'namespace'), asked, 'must match metadata.namespace'));
  }
  if (spec.nonResourceAttributes) {
    errors.push(invalid(path.child('nonResourceAttributes'), spec.nonResourceAttributes, 'disallowed on this kind of request'));
  }
  return errors;
}
