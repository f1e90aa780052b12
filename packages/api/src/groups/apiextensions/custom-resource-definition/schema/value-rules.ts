import { compileRe2, type FieldError, type FieldPath, forbidden, invalid } from '@typekube/apimachinery';
import { semanticEqual } from '../../../../shared/fields/semantic-equal';
import { itemsOf, type JsonSchema, propertiesOf } from './children';

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];

/** What a schema under `allOf`, `anyOf`, `oneOf` or `not` may not say, with the text of the error. */
const FORBIDDEN = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
] as const;

/** The restrictions of a structural schema: patterns compile, and the logical junctors restrict values without giving shapes. */
export function validateValueRules(schema: JsonSchema, path: FieldPath): FieldError[] {
  return validateJunctions(schema, path, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf));
}

/** `anyOf` an integer or a string is how an int-or-string says so, itself or first in its `allOf`: types may stand there. */
function validateJunctions(schema: JsonSchema, path: FieldPath, skipAnyOf: boolean, skipFirstAllOf: boolean): FieldError[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  return [
    ...(skipAnyOf ? [] : anyOf.flatMap((part, i) => validateNested(part, path.child('anyOf').index(i), false))),
    ...allOf.flatMap((part, i) => validateNested(part, path.child('allOf').index(i), skipFirstAllOf && i === 0)),
    ...oneOf.flatMap((part, i) => validateNested(part, path.child('oneOf').index(i), false)),
    ...(not ? validateNested(not, path.child('not'), false) : []),
    ...validatePattern(schema.pattern, path.child('pattern')),
  ];
}

function validateNested(schema: JsonSchema, path: FieldPath, skipAnyOf: boolean): FieldError[] {
  const items = itemsOf(schema);
  const errors = [
    ...validateJunctions(schema, path, skipAnyOf, false),
    ...(items ? validateNested(items, path.child('items'), false) : []),
    ...propertiesOf(schema, path).flatMap((property) => validateNested(property.schema, property.path, false)),
    ...FORBIDDEN.filter(([field]) => isSet(schema[field])).map(([field, detail]) => forbidden(path.child(field), detail)),
  ];
  if (!schema.properties || !Object.hasOwn(schema.properties, 'metadata')) return errors;
  return [...errors, forbidden(path.child('properties').key('metadata'), 'must not be specified in a nested context')];
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== false;
}

function isIntOrString(anyOf: readonly JsonSchema[] | undefined): boolean {
  return anyOf !== undefined && semanticEqual(anyOf, INT_OR_STRING);
}

function validatePattern(pattern: string | undefined, path: FieldPath): FieldError[] {
  if (!pattern) return [];
  try {
    compileRe2(pattern);
    return [];
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return [invalid(path, pattern, `must be a valid regular expression, but isn't: ${cause}`)];
  }
}
