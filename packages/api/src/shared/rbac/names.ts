import { isValidPathSegmentName } from '@typekube/apimachinery';

/** Names of roles and bindings need only fit into a path; upstream applies the same rule to a prefix. */
export function validateRbacName(name: string): string[] {
  return isValidPathSegmentName(name, false);
}
