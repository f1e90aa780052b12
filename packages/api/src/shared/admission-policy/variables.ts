import { type FieldError, type FieldPath, invalid, required } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../types';
import { trimmed } from '../text/text';

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** A name for an expression that others use. */
export function validateVariable(variable: admissionregistrationv1.Variable, path: FieldPath): FieldError[] {
  const errors = validateName(variable.name ?? '', path.child('name'));
  if (trimmed(variable.expression) === '') errors.push(required(path.child('expression'), 'expression is not specified'));
  return errors;
}

/** Whether a text is an identifier of CEL's grammar. */
export function isCelIdentifier(name: string): boolean {
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !RESERVED.has(name);
}

function validateName(name: string, path: FieldPath): FieldError[] {
  if (trimmed(name) === '') return [required(path, 'name is not specified')];
  return isCelIdentifier(name) ? [] : [invalid(path, name, 'name is not a valid CEL identifier')];
}
