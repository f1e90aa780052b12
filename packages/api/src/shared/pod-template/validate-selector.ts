import {
  type FieldError,
  type FieldPath,
  invalid,
  type LabelSelector,
  required,
  validateLabelSelector,
} from '@typekube/apimachinery';

/** A workload's selector: there, valid and selecting something. `kind` as upstream spells it in the error. */
export function validateWorkloadSelector(selector: LabelSelector | undefined, path: FieldPath, kind: string): FieldError[] {
  if (!selector) return [required(path)];
  return [...validateLabelSelector(selector, {}, path), ...validateNotEmpty(selector, path, kind)];
}

export function validateNotEmpty(selector: LabelSelector, path: FieldPath, kind: string): FieldError[] {
  const requirements = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0);
  return requirements > 0 ? [] : [invalid(path, selector, `empty selector is invalid for ${kind}`)];
}
