import { type FieldError, type FieldPath, invalid, required } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';
import { byteLength } from '../../../shared/text/text';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** A column of `kubectl get`. */
export function validateColumn(column: apiextensionsv1.CustomResourceColumnDefinition, path: FieldPath): FieldError[] {
  const { name, type, format, jsonPath } = column;
  const errors: FieldError[] = [];
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (!name) errors.push(required(path.child('name')));
  if (!type) errors.push(required(path.child('type'), types));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(path.child('type'), type, types));
  if (format && !COLUMN_FORMATS.includes(format)) {
    errors.push(invalid(path.child('format'), format, `must be one of ${COLUMN_FORMATS.join(',')}`));
  }
  const pathField = path.child('JSONPath');
  return [...errors, ...(jsonPath ? validateSimpleJsonPath(jsonPath, pathField) : [required(pathField)])];
}

/** The scale subresource reads and writes fields of the spec and the status. */
export function validateSubresources(
  subresources: apiextensionsv1.CustomResourceSubresources | undefined,
  path: FieldPath,
): FieldError[] {
  const scale = subresources?.scale;
  if (!scale) return [];
  const selector = path.child('scale.labelSelectorPath');
  return [
    ...validateReplicasPath(scale.specReplicasPath, '.spec', path.child('scale.specReplicasPath')),
    ...validateReplicasPath(scale.statusReplicasPath, '.status', path.child('scale.statusReplicasPath')),
    ...(scale.labelSelectorPath
      ? validateUnder(scale.labelSelectorPath, ['.spec', '.status'], 'should be a json path under either .spec or .status', selector)
      : []),
  ];
}

/** The warning that users of a deprecated version get. */
export function validateDeprecation(version: apiextensionsv1.CustomResourceDefinitionVersion, path: FieldPath): FieldError[] {
  const { deprecated = false, deprecationWarning: warning } = version;
  if (warning === undefined) return [];
  const problems = deprecated ? warningProblems(warning) : ['can only be set for deprecated versions'];
  return problems.map((problem) => invalid(path.child('deprecationWarning'), warning, problem));
}

function validateReplicasPath(jsonPath: string | undefined, root: string, path: FieldPath): FieldError[] {
  return jsonPath ? validateUnder(jsonPath, [root], `should be a json path under ${root}`, path) : [required(path)];
}

function validateUnder(jsonPath: string, roots: readonly string[], detail: string, path: FieldPath): FieldError[] {
  const errors = validateSimpleJsonPath(jsonPath, path);
  if (errors.length > 0 || roots.some((root) => jsonPath.startsWith(`${root}.`))) return errors;
  return [invalid(path, jsonPath, detail)];
}

function validateSimpleJsonPath(jsonPath: string, path: FieldPath): FieldError[] {
  return jsonPath.startsWith('.') ? [] : [invalid(path, jsonPath, 'must be a simple json path starting with .')];
}

function warningProblems(warning: string): string[] {
  const problems: string[] = [];
  if (byteLength(warning) > 256) problems.push('must be <= 256 characters long');
  if (warning === '') problems.push('must not be an empty string');
  const unprintable = warning.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u);
  if (unprintable >= 0) {
    const index = byteLength(warning.slice(0, unprintable));
    problems.push(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
  }
  return problems;
}
