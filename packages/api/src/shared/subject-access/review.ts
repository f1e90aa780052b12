import { FieldPath, type FieldError, type ObjectMeta, invalid } from '@typekube/apimachinery';
import type { authorizationv1 } from '../../types';
import { semanticEqual } from '../fields/semantic-equal';
import { validateResourceAttributes } from './attributes';

/** What is asked: access to a resource or to another path, and not both. */
export function validateAskedAccess(spec: authorizationv1.SelfSubjectAccessReviewSpec): FieldError[] {
  const path = FieldPath.of('spec');
  const { resourceAttributes, nonResourceAttributes } = spec;
  const errors: FieldError[] = [];
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    errors.push(invalid(path.child('nonResourceAttributes'), nonResourceAttributes, detail));
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid(path.child('resourceAttributes'), nonResourceAttributes, detail));
  }
  return [...errors, ...validateResourceAttributes(resourceAttributes, path.child('resourceAttributes'))];
}

/** Who is asked about: a user, or groups, or both. */
export function validateAskedSubject(spec: authorizationv1.SubjectAccessReviewSpec): FieldError[] {
  if (spec.user || spec.groups?.length) return [];
  return [invalid(FieldPath.of('spec', 'user'), spec.user ?? '', 'at least one of user or group must be specified')];
}

/** A review is asked, not kept: it has no name nor any other metadata. */
export function validateNoMetadata(metadata: ObjectMeta | undefined, detail: string): FieldError[] {
  const { managedFields: _, ...rest } = metadata ?? {};
  return semanticEqual(rest, {}) ? [] : [invalid(FieldPath.of('metadata'), metadata, detail)];
}
