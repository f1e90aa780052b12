import { type FieldError, type FieldPath, invalid, required } from '@typekube/apimachinery';

/**
 * The resources of a rule: `pods`, `pods/status`, and the patterns with `*`. What a pattern before it covers may not be named
 * again (validateResources).
 */
export function validateRuleResources(resources: readonly string[], path: FieldPath): FieldError[] {
  if (resources.length === 0) return [required(path)];
  const covered = { resources: new Set<string>(), subresources: new Set<string>() };
  const errors = resources.flatMap((resource, i) => validateOne(resource, path.index(i), covered));
  return [...errors, ...validateWildcards(resources, path)];
}

function validateOne(
  text: string,
  path: FieldPath,
  covered: { readonly resources: Set<string>; readonly subresources: Set<string> },
): FieldError[] {
  if (text === '') return [required(path)];
  const slash = text.indexOf('/');
  if (slash < 0) return [];
  const resource = text.slice(0, slash);
  const subresource = text.slice(slash + 1);
  const errors: FieldError[] = [];
  if (covered.resources.has(resource)) {
    errors.push(invalid(path, text, `if '${resource}/*' is present, must not specify ${text}`));
  }
  if (covered.subresources.has(subresource)) {
    errors.push(invalid(path, text, `if '*/${subresource}' is present, must not specify ${text}`));
  }
  if (subresource === '*') covered.resources.add(resource);
  if (resource === '*') covered.subresources.add(subresource);
  return errors;
}

/** As upstream, whether a resource stands beside `*` is judged by the last one without a subresource. */
function validateWildcards(resources: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  const whole = resources.filter((resource) => resource !== '' && !resource.includes('/'));
  if (whole.includes('*') && whole.at(-1) !== '*') {
    errors.push(invalid(path, resources, "if '*' is present, must not specify other resources without subresources"));
  }
  return errors;
}
