import { type FieldError, type FieldPath, invalid, isDNS1035Label, required } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';

type Names = Partial<apiextensionsv1.CustomResourceDefinitionNames>;

/** The names a definition asks for: all of the four, well formed. */
export function validateRequestedNames(names: Names, path: FieldPath): FieldError[] {
  const missing = (['plural', 'singular', 'kind', 'listKind'] as const).filter((field) => !names[field]);
  return [...missing.map((field) => required(path.child(field))), ...validateNames(names, path)];
}

/** Names that are given are DNS-1035 labels, kinds in any case (ValidateCustomResourceDefinitionNames). */
export function validateNames(names: Names, path: FieldPath): FieldError[] {
  const errors = [
    ...(['plural', 'singular'] as const).flatMap((field) => label(names[field] ?? '', path.child(field))),
    ...(['kind', 'listKind'] as const).flatMap((field) => kind(names[field] ?? '', path.child(field))),
    ...(names.shortNames ?? []).flatMap((name, i) => labelOrEmpty(name, path.child('shortNames').index(i))),
  ];
  if (names.kind && names.kind === names.listKind) {
    errors.push(invalid(path.child('listKind'), names.listKind, 'kind and listKind may not be the same'));
  }
  return [...errors, ...(names.categories ?? []).flatMap((name, i) => labelOrEmpty(name, path.child('categories').index(i)))];
}

/** A label, its problems in one error. */
export function labelOrEmpty(name: string, path: FieldPath): FieldError[] {
  const problems = isDNS1035Label(name);
  return problems.length > 0 ? [invalid(path, name, problems.join(','))] : [];
}

function label(name: string, path: FieldPath): FieldError[] {
  return name === '' ? [] : labelOrEmpty(name, path);
}

function kind(name: string, path: FieldPath): FieldError[] {
  const problems = name === '' ? [] : isDNS1035Label(name.toLowerCase());
  if (problems.length === 0) return [];
  return [invalid(path, name, `may have mixed case, but should otherwise match: ${problems.join(',')}`)];
}
