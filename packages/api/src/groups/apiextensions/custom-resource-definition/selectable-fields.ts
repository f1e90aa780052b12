import { type FieldError, type FieldPath, duplicate, invalid, required, tooMany } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';

const MAX_FIELDS = 8;
const TYPES = ['string', 'boolean', 'integer'];
const WRONG_TYPE =
  'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';

/** The fields of custom resources that field selectors may name: plain values of the schema, outside of the metadata. */
export function validateSelectableFields(
  fields: readonly apiextensionsv1.SelectableField[],
  schema: apiextensionsv1.JSONSchemaProps,
  path: FieldPath,
): FieldError[] {
  const seen = new Set<string>();
  const errors = fields.flatMap(({ jsonPath }, i) => {
    const at = path.index(i).child('jsonPath');
    if (!jsonPath) return [required(at)];
    const found = resolve(jsonPath, schema);
    if (typeof found === 'string') return [invalid(at, jsonPath, `is an invalid path: ${found}`)];
    const problems: FieldError[] = [];
    if (/^\.metadata(\.|$)/.test(jsonPath)) problems.push(invalid(at, jsonPath, 'must not point to fields in metadata'));
    if (!TYPES.includes(found.type ?? '')) problems.push(invalid(at, jsonPath, WRONG_TYPE));
    if (seen.has(jsonPath)) problems.push(duplicate(at, jsonPath));
    seen.add(jsonPath);
    return problems;
  });
  return seen.size > MAX_FIELDS ? [...errors, tooMany(path, seen.size, MAX_FIELDS)] : errors;
}

/** The schema a path leads to, or why it leads nowhere. */
function resolve(jsonPath: string, root: apiextensionsv1.JSONSchemaProps): apiextensionsv1.JSONSchemaProps | string {
  if (!jsonPath.startsWith('.')) return `expected [ or . but got: ${/^[^.[]*/.exec(jsonPath)?.[0] ?? ''}`;
  let schema = root;
  for (const name of jsonPath.slice(1).split('.')) {
    const next = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (!next) return 'does not refer to a valid field';
    schema = next;
  }
  return schema;
}
