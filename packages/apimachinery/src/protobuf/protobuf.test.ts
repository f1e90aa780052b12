import fc from 'fast-check';
import { decodeProtobuf } from './decode';
import type { FieldDescriptor, FieldShape, MessageDescriptor, SpecialType, ValueType } from './descriptor';
import { encodeProtobuf } from './encode';
import { ProtobufError } from './protobuf-error';

const scalar = (type: 'string' | 'bytes' | 'bool' | 'int32' | 'int64' | 'double'): ValueType => ({ is: 'scalar', type });
const special = (codec: SpecialType): ValueType => ({ is: 'special', codec });
const message = (of: () => MessageDescriptor): ValueType => ({ is: 'message', message: of });

interface Options {
  readonly shape?: FieldShape;
  readonly pointer?: boolean;
  readonly omitEmpty?: boolean;
}

function field(name: string, number: number, type: ValueType, options: Options = {}): FieldDescriptor {
  return { name, number, type, shape: 'single', pointer: false, omitEmpty: true, ...options };
}

function one(type: ValueType, options?: Options): MessageDescriptor {
  return { name: 'test.One', fields: [field('f', 1, type, options)] };
}

const inner: MessageDescriptor = { name: 'test.Inner', fields: [field('a', 1, scalar('string')), field('b', 2, scalar('bool'))] };
const tree: MessageDescriptor = { name: 'test.Tree', fields: [field('next', 1, message(() => tree), { pointer: true })] };
const schema: MessageDescriptor = { name: 'test.Schema', fields: [field('type', 5, scalar('string'))] };
const pointer = { pointer: true };
const list: Options = { shape: 'list' };
const map: Options = { shape: 'map' };

describe('bytes and JSON of one field', () => {
  it.each<[string, ValueType, Options, unknown, string]>([
    ['text', scalar('string'), {}, 'käse', '0a056bc3a47365'],
    ['a long text', scalar('string'), {}, 'x'.repeat(200), `0ac801${'78'.repeat(200)}`],
    ['bytes', scalar('bytes'), {}, 'AQID', '0a03010203'],
    ['true', scalar('bool'), {}, true, '0801'],
    ['an int32', scalar('int32'), {}, 300, '08ac02'],
    ['a negative int32', scalar('int32'), {}, -1, '08ffffffffffffffffff01'],
    ['an int64 beyond 2^53', scalar('int64'), {}, 9007199254740993n, '08818080808080801' + '0'],
    ['the smallest int64', scalar('int64'), {}, -(2n ** 63n), '0880808080808080808001'],
    ['a double', scalar('double'), {}, 1.5, '09000000000000f83f'],
    ['a list of numbers', scalar('int32'), list, [1, 2], '08010802'],
    ['a list of texts', scalar('string'), list, ['a', ''], '0a01610a00'],
    ['a map by the order of its keys', scalar('string'), map, { b: '1', a: '' }, '0a050a016112000a060a0162120131'],
    ['a map of messages', message(() => inner), map, { k: { a: 'x' } }, '0a0a0a016b12050a01781000'],
    ['a map of lists', special('string-list'), map, { k: ['x', 'y'] }, '0a0b0a016b12060a01780a0179'],
    ['a message', message(() => inner), {}, { a: 'x', b: true }, '0a050a01781001'],
    ['a quantity', special('quantity'), {}, '100m', '0a060a043130306d'],
    ['a time', special('time'), {}, '2008-01-01T01:01:01Z', '0a0808cda1e6bb041000'],
    ['a time before 1970', special('time'), {}, '1969-12-31T23:59:59Z', '0a0d08ffffffffffffffffff011000'],
    ['a micro time', special('micro-time'), {}, '2008-01-01T01:01:01.000002Z', '0a0908cda1e6bb0410d00f'],
    ['a duration', special('duration'), {}, '1.5s', '0a060880dea0cb05'],
    ['an int or string: int', special('int-or-string'), {}, 8080, '0a07080010903f1a00'],
    ['an int or string: text', special('int-or-string'), {}, '25%', '0a09080110001a03323525'],
    ['JSON', special('json'), {}, { a: [1] }, '0a0b0a097b2261223a5b315d7d'],
    ['a schema or bool: bool', special({ schemaOr: 'bool', schema: () => schema }), {}, true, '0a020801'],
    ['a schema or bool: schema', special({ schemaOr: 'bool', schema: () => schema }), {}, { type: 'x' }, '0a07080112032a0178'],
    ['a schema or list: list', special({ schemaOr: 'array', schema: () => schema }), {}, [{ type: 'x' }], '0a0512032a0178'],
    ['a schema or list: schema', special({ schemaOr: 'array', schema: () => schema }), {}, { type: 'x' }, '0a050a032a0178'],
    ['a schema or texts: texts', special({ schemaOr: 'string-array', schema: () => schema }), {}, ['x'], '0a03120178'],
  ])('%s', (_what, type, options, value, hex) => {
    const descriptor = one(type, options);
    expect(encodeProtobuf(descriptor, { f: value }).toString('hex')).toBe(hex);
    expect(decodeProtobuf(descriptor, Buffer.from(hex, 'hex'))).toEqual({ f: value });
  });
});

describe('what is not set', () => {
  it.each<[string, ValueType, Options, string, object]>([
    ['a plain text is written and left out of JSON', scalar('string'), {}, '0a00', {}],
    ['a required text stays in JSON', scalar('string'), { omitEmpty: false }, '0a00', { f: '' }],
    ['a plain number', scalar('int32'), {}, '0800', {}],
    ['a plain bool', scalar('bool'), {}, '0800', {}],
    ['a pointer', scalar('bool'), pointer, '', {}],
    ['a struct is an empty object', message(() => inner), {}, '0a040a001000', { f: {} }],
    ['a pointer to a struct', message(() => inner), pointer, '', {}],
    ['bytes', scalar('bytes'), {}, '', {}],
    ['a list', scalar('string'), list, '', {}],
    ['a time', special('time'), {}, '0a00', {}],
    ['a quantity is zero', special('quantity'), {}, '0a030a0130', { f: '0' }],
    ['an int or string', special('int-or-string'), {}, '0a06080010001a00', {}],
    ['raw JSON', special('json'), {}, '0a00', {}],
  ])('%s', (_what, type, options, hex, json) => {
    const descriptor = one(type, options);
    expect(encodeProtobuf(descriptor, {}).toString('hex')).toBe(hex);
    expect(decodeProtobuf(descriptor, Buffer.from(hex, 'hex'))).toEqual(json);
  });

  it('keeps the zero value of a pointer', () => {
    expect(decodeProtobuf(one(scalar('bool'), pointer), Buffer.from([8, 0]))).toEqual({ f: false });
    expect(decodeProtobuf(one(special('int-or-string'), pointer), Buffer.from('0a06080010001a00', 'hex'))).toEqual({ f: 0 });
  });
});

describe('decoding as Go does', () => {
  const embedded = one(message(() => inner), { shape: 'embedded' });

  it('has the fields of an embedded struct on the outer level', () => {
    expect(decodeProtobuf(embedded, Buffer.from('0a050a01781001', 'hex'))).toEqual({ a: 'x', b: true });
    expect(encodeProtobuf(embedded, { a: 'x', b: true }).toString('hex')).toBe('0a050a01781001');
  });

  it('passes over unknown fields of every wire type', () => {
    const unknown = '1001' + '190000000000000000' + '220178' + '2b30012c' + '3500000000';
    expect(decodeProtobuf(one(scalar('string')), Buffer.from(`${unknown}0a0178`, 'hex'))).toEqual({ f: 'x' });
  });

  it('takes the last value of a field, and merges messages that come in parts', () => {
    expect(decodeProtobuf(one(scalar('string')), Buffer.from('0a01780a0179', 'hex'))).toEqual({ f: 'y' });
    const parts = Buffer.from('0a030a01780a021001', 'hex');
    expect(decodeProtobuf(one(message(() => inner)), parts)).toEqual({ f: { a: 'x', b: true } });
  });

  it('reads packed numbers', () => {
    expect(decodeProtobuf(one(scalar('int32'), list), Buffer.from('0a03018001', 'hex'))).toEqual({ f: [1, 128] });
  });

  it('fills a map entry that lacks its value', () => {
    expect(decodeProtobuf(one(scalar('string'), map), Buffer.from('0a030a016b', 'hex'))).toEqual({ f: { k: '' } });
  });

  it('keeps __proto__ as plain data', () => {
    const descriptor = one(scalar('string'), map);
    const object = { f: JSON.parse('{"__proto__":"x"}') as unknown };
    const decoded = decodeProtobuf(descriptor, encodeProtobuf(descriptor, object));
    expect(Object.keys(decoded.f as object)).toEqual(['__proto__']);
  });

  it.each([
    ['an end in a number', '10', 'unexpected EOF'],
    ['an end in a text', '0a05', 'unexpected EOF'],
    ['an endless number', '10' + 'ff'.repeat(11), 'proto: integer overflow'],
    ['a negative length', '0affffffffffffffffff01', 'proto: negative length found during unmarshaling'],
    ['field number 0', '0000', 'proto: illegal tag 0 (wire type 0)'],
    ['an unknown wire type', '1700', 'proto: illegal wireType 7'],
    ['a group that ends', '14', 'proto: unexpected end of group'],
    ['another wire type', '0800', 'proto: wrong wireType = 0 for field F'],
  ])('refuses %s', (_what, hex, text) => {
    expect(() => decodeProtobuf(one(scalar('string')), Buffer.from(hex, 'hex'))).toThrow(new ProtobufError(text));
  });

  it('refuses what stands too deep', () => {
    let bytes: Buffer = Buffer.alloc(0);
    for (let i = 0; i < 600; i++) bytes = encodeRaw(bytes);
    expect(() => decodeProtobuf(tree, bytes)).toThrow(new ProtobufError('exceeded max depth'));
  });

  it.each([
    [special('quantity'), '0a030a0178'],
    [special('json'), '0a030a017b'],
    [special('time'), '0a0b08ffffffffffffffff7f'],
  ])('refuses a message whose content means nothing', (type, hex) => {
    expect(() => decodeProtobuf(one(type), Buffer.from(hex, 'hex'))).toThrow(ProtobufError);
  });
});

/** The content as field 1 of a message. */
function encodeRaw(content: Buffer): Buffer {
  return encodeProtobuf(one(scalar('bytes')), { f: content.toString('base64') });
}

describe('encoding what does not fit', () => {
  it.each<[ValueType, Options, unknown, string]>([
    [scalar('string'), {}, 1, 'cannot encode a value of type number as field f: a string is expected'],
    [scalar('int32'), {}, 'x', 'cannot encode a value of type string as field f: an integer is expected'],
    [scalar('string'), list, {}, 'cannot encode a value of type object as field f: a list is expected'],
    [scalar('string'), map, [], 'cannot encode a list as field f: a map is expected'],
    [message(() => inner), {}, 'x', 'cannot encode a value of type string as field f: an object is expected'],
    [special('int-or-string'), {}, true, 'cannot encode a value of type boolean as field f: an integer or a string is expected'],
  ])('fails', (type, options, value, text) => {
    expect(() => encodeProtobuf(one(type, options), { f: value })).toThrow(new ProtobufError(text));
  });
});

const everything: MessageDescriptor = {
  name: 'test.Everything',
  fields: [
    field('text', 1, scalar('string'), pointer),
    field('nested', 2, message(() => everything), pointer),
    field('list', 3, message(() => everything), list),
    field('texts', 4, scalar('string'), map),
    field('number', 5, scalar('int64'), pointer),
    field('bytes', 6, scalar('bytes')),
    field('quantity', 7, special('quantity'), pointer),
    field('port', 8, special('int-or-string'), pointer),
    field('time', 9, special('micro-time'), pointer),
    field('raw', 10, special('json'), pointer),
    field('union', 11, special({ schemaOr: 'bool', schema: () => everything }), pointer),
    field('flag', 12, scalar('bool'), pointer),
    field('double', 2000, scalar('double'), pointer),
  ],
};

const wellFormedText = fc.string({ unit: 'grapheme' });

const leaf = {
  text: wellFormedText,
  texts: fc.dictionary(wellFormedText, wellFormedText, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  number: fc.maxSafeInteger(),
  bytes: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  port: fc.oneof(wellFormedText, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  flag: fc.boolean(),
  double: fc.double({ noNaN: true }),
};

/** Values of `everything`, nested this deep. */
function values(depth: number): fc.Arbitrary<Record<string, unknown>> {
  if (depth === 0) return fc.record(leaf, { requiredKeys: [] });
  const inside = values(depth - 1);
  const nesting = {
    nested: inside,
    list: fc.array(inside, { minLength: 1, maxLength: 2 }),
    union: fc.oneof(fc.boolean(), inside),
  };
  return fc.record({ ...leaf, ...nesting }, { requiredKeys: [] });
}

describe('any message', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(values(2), (value) => {
        const encoded = encodeProtobuf(everything, value);
        expect(encodeProtobuf(everything, decodeProtobuf(everything, encoded))).toEqual(encoded);
        expect(decodeProtobuf(everything, encoded)).toEqual(value);
      }),
      { seed: 7, numRuns: 50 },
    );
  });

  it('is decoded or refused, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodes(bytes)),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('is decoded or refused when bytes of it are broken', () => {
    fc.assert(
      fc.property(values(2), fc.nat(), fc.integer({ min: 0, max: 255 }), (value, at, byte) => {
        const bytes = encodeProtobuf(everything, value);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        decodes(bytes);
        decodes(bytes.subarray(0, at % (bytes.length + 1)));
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

function decodes(bytes: Uint8Array): void {
  try {
    decodeProtobuf(everything, bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ProtobufError);
  }
}
