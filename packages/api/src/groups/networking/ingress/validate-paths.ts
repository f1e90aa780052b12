import { invalid, notSupported, required, type FieldError, type FieldPath } from '@typekube/apimachinery';
import { isMissing } from '../../../shared/fields/field-rules';
import type { networkingv1 } from '../../../types';
import { validateBackend } from './validate-backend';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'] as const;
const FORBIDDEN_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'] as const;
const FORBIDDEN_SUFFIXES = ['/..', '/.'] as const;

/** The paths of a rule and where each leads. */
export function validateHttpRule({ paths = [] }: networkingv1.HTTPIngressRuleValue, path: FieldPath): FieldError[] {
  const at = path.child('paths');
  return paths.length === 0 ? [required(at)] : paths.flatMap((entry, i) => validateHttpPath(entry, at.index(i)));
}

function validateHttpPath(entry: networkingv1.HTTPIngressPath, path: FieldPath): FieldError[] {
  const { pathType, path: text = '', backend } = entry;
  if (pathType === undefined) return [required(path.child('pathType'), 'pathType must be specified')];
  return [...validatePath(pathType, text, path), ...validateBackend(backend ?? {}, path.child('backend'))];
}

function validatePath(pathType: string, text: string, path: FieldPath): FieldError[] {
  const at = path.child('path');
  const relative = text.startsWith('/') ? [] : [invalid(at, text, 'must be an absolute path')];
  switch (pathType) {
    case 'Exact':
    case 'Prefix': {
      const sequences = FORBIDDEN_SEQUENCES.filter((sequence) => text.includes(sequence));
      const suffixes = FORBIDDEN_SUFFIXES.filter((suffix) => text.endsWith(suffix));
      return [
        ...relative,
        ...sequences.map((sequence) => invalid(at, text, `must not contain '${sequence}'`)),
        ...suffixes.map((suffix) => invalid(at, text, `cannot end with '${suffix}'`)),
      ];
    }
    case 'ImplementationSpecific':
      return isMissing(text) ? [] : relative;
    default:
      return [notSupported(path.child('pathType'), pathType, PATH_TYPES)];
  }
}
