import { type FieldError, type FieldPath, fieldErrorMessage, forbidden, invalid, required } from '@typekube/apimachinery';
import { semanticEqual } from '../../../../shared/fields/semantic-equal';
import { itemsOf, type JsonSchema, propertiesOf, valuesOf } from './children';
import { validateCompleteness } from './completeness';
import { validateValueRules } from './value-rules';

/** Where a schema stands: at the top, as that of array items, or of a field. */
type Level = 'root' | 'item' | 'field';

const EMPTY_TYPE = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
} as const;

/**
 * A structural schema gives every field one type, outside of `allOf` and its like, so that pruning, defaulting and merging know
 * the shape of an object by walking it (apiserver/schema ValidateStructural). Errors are sorted by their text, as upstream's.
 */
export function validateStructural(schema: JsonSchema, path: FieldPath): FieldError[] {
  const errors = [...validateInvariants(schema, 'root', path), ...validateCompleteness(schema, path)];
  return errors.sort((a, b) => (fieldErrorMessage(a) < fieldErrorMessage(b) ? -1 : 1));
}

function validateInvariants(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const items = itemsOf(schema);
  const errors = schema.type === 'array' && !items ? [required(path.child('items'), 'must be specified')] : [];
  if (items) errors.push(...validateInvariants(items, 'item', path.child('items')));
  for (const property of propertiesOf(schema, path)) errors.push(...validateInvariants(property.schema, 'field', property.path));
  return [
    ...errors,
    ...validateValues(schema, level, path),
    ...validateExtensions(schema, path),
    ...validateValueRules(schema, path),
    ...validateType(schema, level, path),
    ...validateMetadata(schema, level, path),
  ];
}

function validateValues(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  if (schema.additionalProperties === undefined) return [];
  const at = path.child('additionalProperties');
  const values = valuesOf(schema);
  return [
    ...(level === 'root' ? [forbidden(at, 'must not be used at the root')] : []),
    ...(values ? validateInvariants(values, 'field', at) : []),
    ...(schema['x-kubernetes-embedded-resource']
      ? [forbidden(at, 'must not be used if x-kubernetes-embedded-resource is set')]
      : []),
  ];
}

function validateExtensions(schema: JsonSchema, path: FieldPath): FieldError[] {
  if (!schema['x-kubernetes-int-or-string']) return [];
  const others = (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const).filter((field) => schema[field]);
  return others.map((field) => invalid(path.child(field), true, 'must be false if x-kubernetes-int-or-string is true'));
}

function validateType(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const { type } = schema;
  const at = path.child('type');
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type ? invalid(at, type, detail) : required(at, detail));
  } else if (!type && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields']) {
    errors.push(required(at, EMPTY_TYPE[level]));
  }
  if (level === 'root' && type && type !== 'object') errors.push(invalid(at, type, 'must be object at the root'));
  return errors;
}

/** Of its own metadata a resource can restrict the name only; that of an embedded one is an object. */
function validateMetadata(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  const at = path.child('properties');
  const errors: FieldError[] = [];
  if (level === 'root' || embedded) {
    if (kind && kind.type !== 'string') errors.push(invalid(at.key('kind').child('type'), kind.type ?? '', 'must be string'));
    if (apiVersion && apiVersion.type !== 'string') {
      errors.push(invalid(at.key('apiVersion').child('type'), apiVersion.type ?? '', 'must be string'));
    }
    if (metadata && metadata.type !== 'object') {
      errors.push(invalid(at.key('metadata').child('type'), metadata.type ?? '', 'must be object'));
    }
  }
  if (metadata && level === 'root' && !restrictsNameOnly(metadata)) {
    const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(at.key('metadata'), detail));
  }
  if (embedded && !schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(schema.properties ?? {}).length === 0) {
    const detail = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(at, detail));
  }
  return errors;
}

function restrictsNameOnly({ type: _type, default: _default, properties = {}, ...rest }: JsonSchema): boolean {
  return semanticEqual(rest, {}) && Object.keys(properties).every((name) => name === 'name' || name === 'generateName');
}
