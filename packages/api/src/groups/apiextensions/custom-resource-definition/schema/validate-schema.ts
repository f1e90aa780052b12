import { type FieldError, type FieldPath, forbidden, invalid } from '@typekube/apimachinery';
import { cel } from '../../../../shared/cel/cel';
import { hasRules, type JsonSchema } from './children';
import { validateDefaults } from './default-rules';
import { AT_ROOT, validateOpenApiSchema } from './openapi-rules';
import { validateStructural } from './structural';

/** What may stand at the root of a schema beside a status subresource, with upstream's (Go) names in its order. */
const ROOT_FIELDS: Readonly<Record<string, string>> = {
  description: 'Description',
  type: 'Type',
  format: 'Format',
  title: 'Title',
  maximum: 'Maximum',
  exclusiveMaximum: 'ExclusiveMaximum',
  minimum: 'Minimum',
  exclusiveMinimum: 'ExclusiveMinimum',
  maxLength: 'MaxLength',
  minLength: 'MinLength',
  pattern: 'Pattern',
  maxItems: 'MaxItems',
  minItems: 'MinItems',
  uniqueItems: 'UniqueItems',
  multipleOf: 'MultipleOf',
  required: 'Required',
  items: 'Items',
  properties: 'Properties',
  externalDocs: 'ExternalDocs',
  example: 'Example',
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
};

/** The schema of the objects of a version; `path` is that of `openAPIV3Schema`. */
export function validateSchema(schema: JsonSchema, path: FieldPath, options: { statusEnabled: boolean }): FieldError[] {
  const errors = [
    ...(options.statusEnabled ? validateRootWithStatus(schema, path) : []),
    ...(schema.nullable ? [forbidden(path.child('nullable'), 'nullable cannot be true at the root')] : []),
    ...validateStructural(schema, path),
    ...validateOpenApiSchema(schema, path, AT_ROOT),
  ];
  if (errors.length) return errors;
  // Rules are compiled against a schema that is sound, and defaults are held to rules that are.
  const ofRules = hasRules(schema) ? cel().checkSchemaRules(schema, path) : [];
  return ofRules.length ? ofRules : validateDefaults(schema, path, true);
}

/** The status is checked alone, by its own part of the schema: what speaks of the whole would be lost. */
function validateRootWithStatus(schema: JsonSchema, path: FieldPath): FieldError[] {
  if (schema.type && schema.type !== 'object') {
    const detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalid(path.child('type'), schema.type, detail)];
  }
  const stray = Object.entries(schema).some(([field, value]) => !(field in ROOT_FIELDS) && isSet(value));
  if (!stray) return [];
  const allowed = Object.values(ROOT_FIELDS).join(' ');
  return [invalid(path, schema, `only [${allowed}] fields are allowed at the root of the schema if the status subresource is enabled`)];
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== false && value !== 0;
}
