import { type FieldError, type FieldPath, forbidden, invalid, notSupported } from '@typekube/apimachinery';
import { itemsOf, type JsonSchema, junctionsOf, propertiesOf, valuesOf } from './children';
import { validateListRules } from './list-rules';
import { validateRules } from './rule-rules';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const METADATA = ['metadata', 'kind', 'apiVersion'];
/** Parts of JSON schema that OpenAPI, or Kubernetes, does without. */
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const;

/** What the rules within a schema depend on above it. */
export interface SchemaContext {
  readonly isRoot: boolean;
  /** Why defaults are not allowed here; undefined where they are. */
  readonly noDefaults?: string;
  readonly insideMetadata: boolean;
}

export const AT_ROOT: SchemaContext = { isRoot: true, insideMetadata: false };

/** The rules of OpenAPI schemas of custom resources (ValidateCustomResourceDefinitionOpenAPISchema), without compiling what is CEL. */
export function validateOpenApiSchema(schema: JsonSchema, path: FieldPath, context: SchemaContext): FieldError[] {
  const below = { ...context, isRoot: false };
  const items = itemsOf(schema);
  return [
    ...validateOwn(schema, path, context),
    ...validateMapValues(schema, path, below),
    ...propertiesOf(schema, path).flatMap(({ name, schema: property, path: at }) =>
      validateOpenApiSchema(property, at, contextOf(name, schema, context)),
    ),
    ...junctionsOf(schema, path).flatMap(({ schema: part, path: at }) => validateOpenApiSchema(part, at, below)),
    ...(items ? validateOpenApiSchema(items, path.child('items'), below) : []),
    ...validateListRules(schema, path),
    ...validateRules(schema, path),
  ];
}

function contextOf(name: string, parent: JsonSchema, context: SchemaContext): SchemaContext {
  const isMetadata = (context.isRoot || parent['x-kubernetes-embedded-resource'] === true) && METADATA.includes(name);
  if (!isMetadata) return { ...context, isRoot: false };
  const noDefaults = context.isRoot ? `in top-level ${name}` : context.noDefaults;
  return { isRoot: false, insideMetadata: true, ...(noDefaults !== undefined && { noDefaults }) };
}

function validateOwn(schema: JsonSchema, path: FieldPath, context: SchemaContext): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type && !TYPES.includes(schema.type)) errors.push(notSupported(path.child('type'), schema.type, TYPES));
  if (schema.default !== undefined && context.noDefaults !== undefined) {
    errors.push(forbidden(path.child('default'), `must not be set ${context.noDefaults}`));
  }
  for (const field of UNSUPPORTED) {
    if (isSet(schema[field])) errors.push(forbidden(path.child(field), `${field} is not supported`));
  }
  if (schema.type === 'null') {
    errors.push(forbidden(path.child('type'), 'type cannot be set to null, use nullable as an alternative'));
  }
  if (Array.isArray(schema.items) && schema.items.length > 0) {
    errors.push(forbidden(path.child('items'), 'items must be a schema object and not an array'));
  }
  if (context.insideMetadata && schema['x-kubernetes-embedded-resource']) {
    errors.push(forbidden(path.child('x-kubernetes-embedded-resource'), 'must not be used inside of resource meta'));
  }
  if (schema.uniqueItems) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(path.child('uniqueItems'), detail));
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalid(path.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined'));
  }
  return errors;
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === '') return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}

/** A value is either an object of known fields or a map. */
function validateMapValues(schema: JsonSchema, path: FieldPath, context: SchemaContext): FieldError[] {
  const { additionalProperties, properties } = schema;
  if (additionalProperties === undefined) return [];
  const at = path.child('additionalProperties');
  const errors: FieldError[] = [];
  if (Object.keys(properties ?? {}).length > 0 && additionalProperties !== true) {
    errors.push(forbidden(at, 'additionalProperties and properties are mutual exclusive'));
  }
  const values = valuesOf(schema);
  if (!values) return errors;
  const inner = context.insideMetadata
    ? { ...context, noDefaults: 'inside additionalProperties applying to object metadata' }
    : context;
  return [...errors, ...validateOpenApiSchema(values, at, inner)];
}
