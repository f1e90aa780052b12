import { FieldPath, type FieldError } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateClaimSpec } from '../../../shared/device/claim-spec';
import { validateImmutable } from '../../../shared/fields/field-rules';

/** The rules of a new ResourceClaim. */
export function validateResourceClaim(object: resourcev1.ResourceClaim): FieldError[] {
  return validateClaimSpec(object.spec, FieldPath.of('spec'));
}

/** A ResourceClaim keeps its spec. */
export function validateResourceClaimUpdate(object: resourcev1.ResourceClaim, old: resourcev1.ResourceClaim): FieldError[] {
  return validateImmutable(object.spec, old.spec, FieldPath.of('spec'));
}
