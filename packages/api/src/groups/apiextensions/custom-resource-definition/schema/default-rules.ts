import { compileStructuralValidation, type FieldError, type FieldPath, invalid, pruneUnknownFields } from '@typekube/apimachinery';
import { cel } from '../../../../shared/cel/cel';
import { hasRules, itemsOf, type JsonSchema, propertiesOf } from './children';

const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

const SILENT = { enter: () => undefined, leave: () => undefined, reportUnknown: () => undefined };

/** Defaults must be what the schema lets a client send (apiserver/schema/defaulting): they are set in objects that are not validated again when they are read. */
export function validateDefaults(schema: JsonSchema, path: FieldPath, isResource: boolean): FieldError[] {
  const items = itemsOf(schema);
  const within = propertiesOf(schema, path).filter(({ name }) => !isResource || !OBJECT_FIELDS.has(name));
  return [
    ...(schema.default === undefined || schema.default === null ? [] : validateDefault(schema, path.child('default'), isResource)),
    ...(items ? validateDefaults(items, path.child('items'), isEmbedded(items)) : []),
    ...within.flatMap((property) => validateDefaults(property.schema, property.path, isEmbedded(property.schema))),
  ];
}

function isEmbedded(schema: JsonSchema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

function validateDefault(schema: JsonSchema, path: FieldPath, isResource: boolean): FieldError[] {
  const value = schema.default as object;
  // An object's own fields are known wherever it says what it is.
  const isPruned = !pruneUnknownFields({ spec: structuredClone(value) }, { type: 'object', properties: { spec: schema } }, SILENT);
  const unknown = isPruned || isResource ? [] : [invalid(path, value, 'must not have unknown fields')];
  const errors = compileStructuralValidation(schema)(value).map((error) => within(path, error));
  if (errors.length || !hasRules(schema)) return [...unknown, ...errors];
  const check = cel().compileSchemaRules(schema);
  if (!check) return unknown;
  const broken = check(value, value).errors;
  return [...unknown, ...(broken.length ? broken : check(value).errors).map((error) => within(path, error))];
}

/** An error of a value where the value stands. */
function within(path: FieldPath, error: FieldError): FieldError {
  const field = error.field === '<nil>' ? path.toString() : `${path.toString()}${error.field.startsWith('[') ? '' : '.'}${error.field}`;
  return { ...error, field };
}
