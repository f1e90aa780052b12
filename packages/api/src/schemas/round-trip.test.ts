import { decodeObject, type Schema } from '@typekube/apimachinery';
import { getSchema, listSchemaNames } from './get-schema';
import { loadSchemaFile } from './schema-file';

const SCALARS: Readonly<Record<string, unknown>> = {
  byte: 'AQID',
  quantity: '1500m',
  'date-time': '2024-02-29T12:00:00Z',
  'micro-time': '2024-02-29T12:00:00.000001Z',
  duration: '1h0m0s',
};

/** A value with every field set, save those that would hold again a definition that they are part of. */
function fill(schema: Schema, within: readonly string[] = []): unknown {
  switch (schema.type) {
    case 'array':
      return schema.items === undefined ? [] : [fill(schema.items, within)];
    case 'string':
      return schema.enum?.[0] ?? SCALARS[schema.format ?? ''] ?? 'text';
    case 'integer':
      return 7;
    case 'number':
      return 0.5;
    case 'boolean':
      return true;
    case 'int-or-string':
      return '50%';
    case 'any':
      return { any: ['thing'] };
    case 'object':
      return fillObject(schema, within);
  }
}

function fillObject(schema: Schema, within: readonly string[]): unknown {
  if (schema.additionalProperties !== undefined) return { key: fill(schema.additionalProperties, within) };
  if (schema.preserveUnknownFields === true) return { unknown: { kept: 1 } };
  const inner = schema.name === undefined ? within : [...within, schema.name];
  const fields = Object.entries(schema.properties ?? {}).filter(([, field]) => !inner.includes(definitionWithin(field)));
  return Object.fromEntries(fields.map(([name, field]) => [name, fill(field, inner)]));
}

/** The definition that a field holds, perhaps in lists or maps. */
function definitionWithin(schema: Schema): string {
  const element = schema.items ?? schema.additionalProperties;
  return element === undefined ? (schema.name ?? '') : definitionWithin(element);
}

const KINDS = listSchemaNames().filter((name) => {
  const entry = loadSchemaFile()[name];
  return typeof entry === 'object' && entry.kinds !== undefined && !name.endsWith('List');
});

describe('every kind, filled in completely,', () => {
  it('is among the kinds', () => {
    expect(KINDS.length).toBeGreaterThan(90);
  });

  it.each(KINDS)('%s keeps every field', (name) => {
    const schema = getSchema(name);
    const filled = fill(schema);
    const { value, unknownFields } = decodeObject(schema, structuredClone(filled));
    expect(unknownFields).toEqual([]);
    expect(value).toEqual(filled);
  });

  it.each(KINDS)('%s drops and reports a field it does not have', (name) => {
    const { value, unknownFields } = decodeObject(getSchema(name), { noSuchField: 1 });
    expect(unknownFields).toEqual(['noSuchField']);
    expect(value).not.toHaveProperty('noSuchField');
  });
});
