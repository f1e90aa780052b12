import { duplicate, type FieldError, type FieldPath, invalid, nameIsDNSSubdomain, required } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing, validateDns1123LabelField } from '../fields/field-rules';

/** The resource claims of a pod: each by name, or made from a template. */
export function validatePodResourceClaims(claims: readonly corev1.PodResourceClaim[], path: FieldPath): FieldError[] {
  const names = new Set<string>();
  return claims.flatMap((claim, i) => {
    const at = path.index(i);
    const errors = validateClaimName(claim.name, at.child('name'), names);
    names.add(claim.name);
    return [...errors, ...validateClaimSource(claim, at)];
  });
}

function validateClaimName(name: string, path: FieldPath, seen: ReadonlySet<string>): FieldError[] {
  if (isMissing(name)) return [required(path)];
  return seen.has(name) ? [duplicate(path, name)] : validateDns1123LabelField(name, path);
}

function validateClaimSource(claim: corev1.PodResourceClaim, path: FieldPath): FieldError[] {
  const { resourceClaimName, resourceClaimTemplateName } = claim;
  const errors: FieldError[] = [];
  if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
    errors.push(invalid(path, claim, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
  }
  if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
    errors.push(invalid(path, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
  }
  for (const [field, name] of Object.entries({ resourceClaimName, resourceClaimTemplateName })) {
    if (name !== undefined) errors.push(...invalidEach(path.child(field), name, nameIsDNSSubdomain(name, false)));
  }
  return errors;
}
