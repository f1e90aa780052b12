import { type FieldError, type FieldPath, required } from '@typekube/apimachinery';
import { itemsOf, type JsonSchema, junctionsOf, propertiesOf, type SchemaAt, valuesOf } from './children';

/** What a logical junctor restricts must be given a shape outside of it. */
export function validateCompleteness(schema: JsonSchema, path: FieldPath): FieldError[] {
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  return [
    ...junctionsOf(schema, path).flatMap((part) => validateNested(part, schema, path)),
    ...(items ? validateCompleteness(items, path.child('items')) : []),
    ...propertiesOf(schema, path).flatMap((property) => validateCompleteness(property.schema, property.path)),
    ...(values ? validateCompleteness(values, path.child('additionalProperties')) : []),
  ];
}

function validateNested(part: SchemaAt, shape: JsonSchema | undefined, shapePath: FieldPath): FieldError[] {
  if (!shape) return [required(shapePath, `because it is defined in ${part.path.toString()}`)];
  const items = itemsOf(part.schema);
  return [
    ...junctionsOf(part.schema, part.path).flatMap((inner) => validateNested(inner, shape, shapePath)),
    ...(items ? validateNested({ schema: items, path: part.path.child('items') }, itemsOf(shape), shapePath.child('items')) : []),
    ...propertiesOf(part.schema, part.path).flatMap((property) =>
      validateNested(property, shape.properties?.[property.name], shapePath.child('properties').key(property.name)),
    ),
  ];
}
