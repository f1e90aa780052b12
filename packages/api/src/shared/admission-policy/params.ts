import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isDNS1035Label,
  isDNS1123Subdomain,
  isValidPathSegmentName,
  notSupported,
  required,
  validateLabelSelector,
} from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../types';
import { invalidEach } from '../fields/field-rules';

const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];
const ONE_WAY = 'name and selector are mutually exclusive';

/** The kind of a policy's parameters (validateParamKind). */
export function validateParamKind(kind: admissionregistrationv1.ParamKind, path: FieldPath): FieldError[] {
  return [
    ...validateApiVersion(kind.apiVersion ?? '', path.child('apiVersion')),
    ...validateKind(kind.kind ?? '', path.child('kind')),
  ];
}

/** Which objects a binding takes as parameters: one by name, or those with some labels (validateParamRef). */
export function validateParamRef(ref: admissionregistrationv1.ParamRef | undefined, path: FieldPath): FieldError[] {
  if (!ref) return [];
  const errors: FieldError[] = [];
  if (ref.name) {
    errors.push(...invalidEach(path.child('name'), ref.name, isValidPathSegmentName(ref.name, false)));
    if (ref.selector) errors.push(forbidden(path.child('name'), ONE_WAY));
  }
  if (ref.selector) {
    errors.push(...validateLabelSelector(ref.selector, {}, path.child('selector')));
    if (ref.name) errors.push(forbidden(path.child('selector'), ONE_WAY));
  }
  if (!ref.name && !ref.selector) errors.push(required(path, 'one of name or selector must be specified'));
  return [...errors, ...validateNotFoundAction(ref.parameterNotFoundAction, path.child('parameterNotFoundAction'))];
}

function validateNotFoundAction(action: string | undefined, path: FieldPath): FieldError[] {
  if (!action) return [required(path)];
  return NOT_FOUND_ACTIONS.includes(action) ? [] : [notSupported(path, action, NOT_FOUND_ACTIONS)];
}

function validateApiVersion(apiVersion: string, path: FieldPath): FieldError[] {
  if (apiVersion === '') return [required(path)];
  const parts = apiVersion === '/' ? [''] : apiVersion.split('/');
  if (parts.length > 2) return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const version = parts.at(-1) ?? '';
  const group = parts.length === 2 ? (parts[0] ?? '') : '';
  const errors = group === '' ? [] : joined(path, group, isDNS1123Subdomain(group));
  if (version === '') return [...errors, invalid(path, apiVersion, 'version must be specified')];
  return [...errors, ...joined(path, version, isDNS1035Label(version))];
}

function validateKind(kind: string, path: FieldPath): FieldError[] {
  if (kind === '') return [required(path)];
  return joined(path, kind, isDNS1035Label(kind.toLowerCase()), 'may have mixed case, but should otherwise match: ');
}

function joined(path: FieldPath, value: string, messages: readonly string[], prefix = ''): FieldError[] {
  return messages.length === 0 ? [] : [invalid(path, value, prefix + messages.join(','))];
}
