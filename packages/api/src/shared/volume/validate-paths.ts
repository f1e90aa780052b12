import { type FieldError, type FieldPath, invalid } from '@typekube/apimachinery';

/** A relative path that stays below its start. */
export function validateLocalDescendingPath(target: string, path: FieldPath): FieldError[] {
  const errors = target.startsWith('/') ? [invalid(path, target, 'must be a relative path')] : [];
  return [...errors, ...validateNoBacksteps(target, path)];
}

/** No `..` among the elements of the path. */
export function validateNoBacksteps(target: string, path: FieldPath): FieldError[] {
  return target.split('/').includes('..') ? [invalid(path, target, "must not contain '..'")] : [];
}

/** As `validateLocalDescendingPath`; names that start with `..` are the kubelet's own. */
export function validateLocalNonReservedPath(target: string, path: FieldPath): FieldError[] {
  const errors = validateLocalDescendingPath(target, path);
  if (target.startsWith('..') && !target.startsWith('../')) {
    errors.push(invalid(path, target, "must not start with '..'"));
  }
  return errors;
}

const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

export function validateFileMode(mode: number | undefined, path: FieldPath): FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777) ? [invalid(path, mode, FILE_MODE)] : [];
}
