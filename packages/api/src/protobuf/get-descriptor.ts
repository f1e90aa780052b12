import type { FieldDescriptor, FieldShape, MessageDescriptor, Schema, SpecialType, ValueType } from '@typekube/apimachinery';
import { getSchema } from '../schemas/get-schema';
import { fieldNumbersOf, type NumberedField } from './field-numbers';

const descriptors = new Map<string, MessageDescriptor | undefined>();

/**
 * How a definition (`io.k8s.api.core.v1.Pod`) lies in protobuf; undefined for what has no protobuf: custom resources, tables.
 * Built at the first call, then kept; what it refers to is built when it is first needed.
 */
export function getDescriptor(name: string): MessageDescriptor | undefined {
  if (!descriptors.has(name)) descriptors.set(name, build(name));
  return descriptors.get(name);
}

function build(name: string): MessageDescriptor | undefined {
  const numbered = fieldNumbersOf(name);
  return numbered && { name, fields: describeFields(getSchema(name), numbered) };
}

/** In the order of their numbers, in which Go writes them. */
function describeFields(schema: Schema, numbered: readonly NumberedField[]): FieldDescriptor[] {
  return numbered.map((field) => describeField(schema, field)).sort((a, b) => a.number - b.number);
}

function describeField(schema: Schema, { name, number, pointer, always, embedded }: NumberedField): FieldDescriptor {
  if (embedded) {
    const message = { name: schema.name ?? '', fields: describeFields(schema, embedded) };
    return { name, number, shape: 'embedded', type: { is: 'message', message: () => message }, pointer, omitEmpty: false };
  }
  const property = schema.properties?.[name];
  if (!property) throw new Error(`${schema.name} has no field ${name}`);
  const omitEmpty = !always && !schema.required?.includes(name);
  return { name, number, pointer, omitEmpty, shape: shapeOf(property), type: typeOf(elementOf(property)) };
}

function shapeOf({ type, additionalProperties }: Schema): FieldShape {
  if (type === 'array') return 'list';
  return additionalProperties ? 'map' : 'single';
}

function elementOf(schema: Schema): Schema {
  return schema.items ?? schema.additionalProperties ?? schema;
}

function typeOf(schema: Schema): ValueType {
  switch (schema.type) {
    case 'string':
      return typeOfString(schema);
    case 'boolean':
      return { is: 'scalar', type: 'bool' };
    case 'integer':
      return { is: 'scalar', type: schema.format === 'int32' ? 'int32' : 'int64' };
    case 'number':
      return { is: 'scalar', type: 'double' };
    case 'int-or-string':
      return { is: 'special', codec: 'int-or-string' };
    case 'array':
      return { is: 'special', codec: 'string-list' };
    case 'any':
      return { is: 'special', codec: schemaUnions[lastPart(schema.name)] ?? 'json' };
    case 'object':
      return schema.properties ? typeOfStruct(schema) : { is: 'special', codec: 'json' };
  }
}

function typeOfString({ format }: Schema): ValueType {
  switch (format) {
    case 'byte':
      return { is: 'scalar', type: 'bytes' };
    case 'quantity':
    case 'micro-time':
    case 'duration':
      return { is: 'special', codec: format };
    case 'date-time':
      return { is: 'special', codec: 'time' };
    default:
      return { is: 'scalar', type: 'string' };
  }
}

function typeOfStruct({ name = '' }: Schema): ValueType {
  return { is: 'message', message: () => mustDescribe(name) };
}

function mustDescribe(name: string): MessageDescriptor {
  const descriptor = getDescriptor(name);
  if (!descriptor) throw new Error(`no field numbers for ${name}`);
  return descriptor;
}

const jsonSchema = (): MessageDescriptor =>
  mustDescribe('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');

const schemaUnions: Readonly<Record<string, SpecialType>> = {
  JSONSchemaPropsOrBool: { schemaOr: 'bool', schema: jsonSchema },
  JSONSchemaPropsOrArray: { schemaOr: 'array', schema: jsonSchema },
  JSONSchemaPropsOrStringArray: { schemaOr: 'string-array', schema: jsonSchema },
};

function lastPart(name = ''): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
