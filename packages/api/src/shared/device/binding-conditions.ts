import { type FieldError, type FieldPath, duplicate, invalid, validateLabelName } from '@typekube/apimachinery';
import { validateSlice } from './collections';

const MAX_CONDITIONS = 4;

export interface BindingConditions {
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
}

/**
 * The conditions a device must meet before a pod is bound, and those that say it never will: both or neither, and none in
 * both.
 */
export function validateBindingConditions(
  { bindingConditions: ready = [], bindingFailureConditions: failed = [] }: BindingConditions,
  path: FieldPath,
): FieldError[] {
  const readyPath = path.child('bindingConditions');
  const failedPath = path.child('bindingFailureConditions');
  const errors = [
    ...validateSlice(ready, MAX_CONDITIONS, validateLabelName, readyPath),
    ...validateSlice(failed, MAX_CONDITIONS, validateLabelName, failedPath),
    ...repeated(ready, readyPath),
    ...repeated(failed, failedPath),
  ];
  failed.forEach((condition, i) => {
    if (!ready.includes(condition)) return;
    errors.push(invalid(failedPath.index(i), condition, 'bindingFailureConditions must not overlap with bindingConditions'));
  });
  if (ready.length === 0 && failed.length > 0) {
    errors.push(invalid(readyPath, ready, 'bindingConditions are required to use bindingFailureConditions'));
  }
  if (failed.length === 0 && ready.length > 0) {
    errors.push(invalid(failedPath, failed, 'bindingFailureConditions are required to use bindingConditions'));
  }
  return errors;
}

function repeated(conditions: readonly string[], path: FieldPath): FieldError[] {
  return conditions.flatMap((condition, i) => (conditions.indexOf(condition) < i ? [duplicate(path.index(i), condition)] : []));
}
