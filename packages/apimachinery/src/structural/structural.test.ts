import { fieldErrorMessage } from '../errors/field-error';
import { decodeObject } from '../schema/decode';
import { compileStructuralValidation, type JsonSchema, pruneUnknownFields, setStructuralDefaults } from './index';

const SILENT = { enter: () => undefined, leave: () => undefined, reportUnknown: () => undefined };
const spec = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { spec: schema } });
const object = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({ type: 'object', properties, ...more });
const STRING: JsonSchema = { type: 'string' };

describe('pruning', () => {
  it.each<[string, JsonSchema, unknown, unknown]>([
    ['drops what is unknown', spec(object({ a: STRING })), { spec: { a: 'x', b: 1 }, c: 1 }, { spec: { a: 'x' } }],
    ['keeps what every object has', object({}), { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } }, { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } }],
    ['knows such fields at the root only', spec(object({})), { spec: { metadata: {}, kind: 'A' } }, { spec: {} }],
    ['keeps all where it is told to', spec({ 'x-kubernetes-preserve-unknown-fields': true }), { spec: { a: { b: 1 } } }, { spec: { a: { b: 1 } } }],
    [
      'goes on with known fields within what is kept',
      spec(object({ a: object({}) }, { 'x-kubernetes-preserve-unknown-fields': true })), { spec: { a: { b: 1 }, c: { d: 1 } } }, { spec: { a: {}, c: { d: 1 } } },
    ],
    ['goes into maps and lists', spec({ type: 'object', additionalProperties: { type: 'array', items: object({ a: STRING }) } }), { spec: { x: [{ a: 'a', b: 1 }] } }, { spec: { x: [{ a: 'a' }] } }],
    [
      'knows the fields of embedded objects',
      spec(object({ x: STRING }, { 'x-kubernetes-embedded-resource': true })), { spec: { kind: 'A', apiVersion: 'v1', metadata: {}, x: 'x', y: 1 } },
      { spec: { kind: 'A', apiVersion: 'v1', metadata: {}, x: 'x' } },
    ],
    ['leaves values of other types to validation', spec(object({ a: STRING })), { spec: 'text' }, { spec: 'text' }],
    ['is not fooled by inherited names', spec(object({})), { spec: { constructor: 1, toString: 2 } }, { spec: {} }],
  ])('%s', (_what, schema, value, expected) => {
    pruneUnknownFields(value, schema, SILENT);
    expect(value).toEqual(expected);
  });

  it('is part of decoding, which tells the paths', () => {
    const structural = spec(object({ list: { type: 'array', items: object({ a: STRING }) } }));
    expect(decodeObject({ type: 'object', structural }, { spec: { list: [{ a: 'a', b: 1 }], c: null }, d: 1 })).toEqual({
      value: { spec: { list: [{ a: 'a' }] } },
      unknownFields: ['spec.list[0].b', 'spec.c', 'd'],
    });
  });

  describe('of embedded resources when they are decoded', () => {
    const embedded = object({ metadata: object({ name: STRING }) }, { 'x-kubernetes-embedded-resource': true });
    const metadata = { type: 'object', properties: { name: { type: 'string' }, labels: { type: 'object', additionalProperties: { type: 'string' } } } } as const;
    const structural = spec(object({ one: embedded, list: { type: 'array', items: embedded } }, { 'x-kubernetes-preserve-unknown-fields': true }));
    const decode = (value: object): unknown => decodeObject({ type: 'object', properties: { metadata }, structural }, { spec: value });

    it('knows the metadata that every object has, and no other', () => {
      const value = { one: { metadata: { name: 'a', labels: { b: 'c' }, x: 1 } }, list: [{ metadata: { y: 1 } }, 'text'], free: { metadata: { z: 1 } } };
      expect(decode(value)).toEqual({
        value: { spec: { one: { metadata: { name: 'a', labels: { b: 'c' } } }, list: [{ metadata: {} }, 'text'], free: { metadata: { z: 1 } } } },
        unknownFields: ['spec.one.metadata.x', 'spec.list[0].metadata.y'],
      });
    });

    it('refuses metadata of other types', () => {
      expect(() => decode({ one: { metadata: { labels: { a: 1 } } } })).toThrow('json: cannot unmarshal number into Go struct field');
    });
  });
});

describe('defaulting', () => {
  it.each<[string, JsonSchema, unknown, unknown]>([
    ['fills in what is absent', spec(object({ a: { ...STRING, default: 'x' } })), { spec: {} }, { spec: { a: 'x' } }],
    ['makes no object to default within', spec(object({ a: { ...STRING, default: 'x' } })), {}, {}],
    ['defaults within defaults', object({ spec: object({ a: { ...STRING, default: 'x' } }, { default: {} }) }), {}, { spec: { a: 'x' } }],
    ['replaces a null that may not be', spec(object({ a: { ...STRING, default: 'x' } })), { spec: { a: null } }, { spec: { a: 'x' } }],
    ['drops a null that may not be and has no default', spec(object({ a: STRING })), { spec: { a: null } }, { spec: {} }],
    ['keeps a null that may be', spec(object({ a: { ...STRING, default: 'x', nullable: true } })), { spec: { a: null } }, { spec: { a: null } }],
    ['goes into lists and maps', spec({ type: 'object', additionalProperties: { type: 'array', items: object({ a: { ...STRING, default: 'x' } }) } }), { spec: { k: [{}] } }, { spec: { k: [{ a: 'x' }] } }],
    ['keeps false, zero and empty text', spec(object({ a: { default: 1 }, b: { default: true } })), { spec: { a: 0, b: false } }, { spec: { a: 0, b: false } }],
  ])('%s', (_what, schema, value, expected) => {
    const before = JSON.stringify(value);
    expect(setStructuralDefaults(value, schema)).toBe(before !== JSON.stringify(expected));
    expect(value).toEqual(expected);
  });

  it('gives each object a default of its own', () => {
    const schema = spec(object({ a: { type: 'object', default: { x: [] } } }));
    const [one, two]: [{ spec: { a?: object } }, { spec: { a?: object } }] = [{ spec: {} }, { spec: {} }];
    for (const each of [one, two]) setStructuralDefaults(each, schema);
    expect(one.spec.a).not.toBe(two.spec.a);
  });
});

describe('validation', () => {
  const inBody = (value: string, text: string): string => `spec: Invalid value: ${value}: spec in body ${text}`;
  const outOfRange = (format: string): string => `<nil>: Invalid value: "": Checked value must be of type integer ${format} in spec`;
  it.each<[JsonSchema, unknown, string[]]>([
    [{ type: 'integer' }, 1.5, [inBody('"number"', 'must be of type integer: "number"'), outOfRange('(default format)')]],
    [{ type: 'integer' }, 1e20, [inBody('"number"', 'must be of type integer: "number"'), outOfRange('(default format)')]],
    [{ type: 'number' }, 1, []],
    [{ type: 'string' }, null, [inBody('"null"', 'must be of type string: "null"')]],
    [{ type: 'string', nullable: true }, null, []],
    [{ type: 'object' }, [], [inBody('"array"', 'must be of type object: "array"')]],
    [{ type: 'boolean' }, 'true', [inBody('"string"', 'must be of type boolean: "string"')]],
    [{ type: 'string', enum: ['a'] }, 5, [inBody('"integer"', 'must be of type string: "integer"'), 'spec: Unsupported value: 5: supported values: "a"']],
    [{ type: 'string', minLength: 2 }, 'é', [inBody('"é"', 'should be at least 2 chars long')]],
    [{ type: 'string', maxLength: 1 }, '😀', []],
    [{ type: 'string', pattern: '^(?i)a$' }, 'A', []],
    [{ type: 'string', pattern: '^[[:alpha:]]\\z' }, 'ab', [inBody('"ab"', "should match '^[[:alpha:]]\\z'")]],
    [{ type: 'integer', minimum: 1, exclusiveMinimum: true }, 1, [inBody('1', 'should be greater than 1')]],
    [{ type: 'integer', multipleOf: 2, maximum: 2 }, 3, [inBody('3', 'should be a multiple of 2'), inBody('3', 'should be less than or equal to 2')]],
    [{ type: 'number', multipleOf: 0.1 }, 0.3, []],
    [{ type: 'array', items: STRING, minItems: 1 }, [], [inBody('0', 'should have at least 1 items')]],
    [{ type: 'object', minProperties: 1 }, {}, [inBody('0', 'should have at least 1 properties')]],
    [{ type: 'object', maxProperties: 1 }, { a: 1, b: 1 }, ['spec: Too many: 2: must have at most 1 item']],
    [object({ a: STRING }, { required: ['a', 'b'] }), { a: 'a' }, ['spec.b: Required value']],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, { k: 'x' }, ['spec.k: Invalid value: "string": spec.k in body must be of type integer: "string"']],
    [{ type: 'string', format: 'date-time' }, 'yesterday', [inBody('"yesterday"', 'must be of type date-time: "yesterday"')]],
    [{ type: 'string', format: 'of-their-own' }, 'x', []],
    [{ type: 'integer', format: 'int32' }, 2 ** 40, [outOfRange('with format int32')]],
    [{ type: 'integer', format: 'int32' }, -(2 ** 31), []],
    [{ type: 'integer', format: 'int64' }, 2 ** 40, []],
    [{ type: 'integer', format: 'uint32' }, -1, [outOfRange('with format uint32')]],
    [
      object({ a: STRING, b: STRING }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), {},
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid', 'spec.a: Required value'],
    ],
    [
      object({ a: STRING, b: STRING }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), { a: '', b: '' },
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      object({}, { anyOf: [{ required: ['a'] }] }), {},
      ['<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)', 'spec.a: Required value'],
    ],
    [object({}, { not: { required: ['a'] } }), { a: 1 }, ['<nil>: Invalid value: "": "spec" must not validate the schema (not)']],
    [
      object({}, { allOf: [{ required: ['a'] }] }), {},
      ['spec.a: Required value', '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf). None validated'],
    ],
    [{ type: 'object', 'x-kubernetes-embedded-resource': true }, { kind: 'A' }, ['spec.apiVersion: Required value: must not be empty']],
    [{ type: 'array', 'x-kubernetes-list-type': 'set', items: object({}) }, [{ a: 1, b: 2 }, { b: 2, a: 1 }], ['spec[1]: Duplicate value: {"b":2,"a":1}']],
  ])('%j of %j', (schema, value, expected) => {
    expect(compileStructuralValidation(spec(schema))({ spec: value }).map(fieldErrorMessage)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['email', 'a@example.com', 'a'], ['hostname', 'a.example.com', '-a'], ['ipv4', '10.0.0.1', '::1'], ['ipv6', '::1', '10.0.0.1'],
    ['cidr', '10.0.0.0/8', '10.0.0.0/33'], ['uri', 'https://example.com/a', 'example'], ['uuid', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', '3f2504e0'],
    ['date', '2024-02-29', '2023-02-29'], ['date-time', '2024-01-01T00:00:00.5Z', '2024-01-01'], ['duration', '1h30m', 'soon'], ['byte', 'YQ==', 'Y'],
    ['mac', '01:23:45:67:89:ab', '01:23'],
  ])('knows the format %s', (format, good, bad) => {
    const validate = compileStructuralValidation(spec({ type: 'string', format }));
    expect(validate({ spec: good })).toEqual([]);
    expect(validate({ spec: bad })).toHaveLength(1);
  });

  it('is not held up by a pattern that backtracks', () => {
    const validate = compileStructuralValidation(spec({ type: 'string', pattern: '^(a+)+$' }));
    expect(validate({ spec: `${'a'.repeat(200)}b` })).toHaveLength(1);
  });

  it('does not judge anew what has not changed', () => {
    const items = object({ name: STRING, size: { type: 'integer' } });
    const list: JsonSchema = { type: 'array', items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] };
    const validate = compileStructuralValidation(spec(object({ list, other: STRING })));
    const old = { spec: { list: [{ name: 'a', size: 'x' }, { name: 'b', size: 1 }] } };
    expect(validate({ spec: { ...old.spec, other: 'new' } }, old)).toEqual([]);
    expect(validate({ spec: { list: [{ name: 'b', size: 2 }, { name: 'a', size: 'x' }] } }, old)).toEqual([]);
    expect(validate({ spec: { list: [{ name: 'a', size: 'y' }] } }, old)).toHaveLength(1);
  });
});
