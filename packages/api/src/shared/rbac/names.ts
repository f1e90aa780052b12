import { isValidPathSegmentName } from '@typekube/apimachinery';

/** Names of roles and bindings need only fit into a path; the rule is the same for a prefix. */
export function validateRbacName(name: string): string[] {
  return isValidPathSegmentName(name);
}
