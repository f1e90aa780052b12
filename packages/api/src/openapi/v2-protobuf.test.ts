import { encodeOpenAPIv2Protobuf } from './v2-protobuf';

type Message = Map<number, Array<number | Uint8Array>>;

/** Reads one message of the wire format, fields by number in order. */
function read(buffer: Buffer): Message {
  const fields: Message = new Map();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = buffer.readUInt8(at++);
      value += (byte % 128) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < buffer.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const values = fields.get(number) ?? [];
    fields.set(number, values);
    if (key % 8 === 0) values.push(varint());
    else if (key % 8 === 1) values.push(buffer.readDoubleLE((at += 8) - 8));
    else {
      const length = varint();
      values.push(buffer.subarray(at, (at += length)));
    }
  }
  return fields;
}

function messages(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((value) => read(Buffer.from(typeof value === 'number' ? [] : value)));
}

function text(message: Message | undefined, field: number): string {
  return textOf(message?.get(field)?.[0]);
}

function textOf(value: number | Uint8Array | undefined): string {
  return value === undefined ? '' : Buffer.from(typeof value === 'number' ? [] : value).toString('utf8');
}

function inner(message: Message | undefined, ...path: number[]): Message | undefined {
  return path.reduce<Message | undefined>((each, field) => (each === undefined ? undefined : messages(each, field)[0]), message);
}

const DOCUMENT = read(
  encodeOpenAPIv2Protobuf({
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths: {
      '/a': {
        get: {
          operationId: 'first',
          produces: ['x/1', 'x/2'],
          parameters: [{ $ref: '#/parameters/p' }, { name: 'q', in: 'query', type: 'string', uniqueItems: true }],
          responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/T' } } },
          'x-kubernetes-group-version-kind': { group: '', kind: 'T', version: 'v1' },
        },
        patch: { parameters: [{ name: 'body', in: 'body', required: true, schema: { type: 'object' } }] },
      },
      '/b': { parameters: [{ name: 'name', in: 'path', type: 'string', required: true }] },
    },
    definitions: {
      T: {
        description: 'Größe',
        type: 'object',
        required: ['a', 'b'],
        properties: {
          a: { type: 'array', items: { $ref: '#/definitions/U' }, 'x-kubernetes-patch-strategy': 'merge' },
          b: { additionalProperties: { type: 'string' } },
        },
      },
      U: { type: 'integer', maximum: 0.5, maxLength: 300, uniqueItems: true },
    },
    parameters: {},
    security: [{ BearerToken: [] }],
    securityDefinitions: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
  }),
);

describe('encodeOpenAPIv2Protobuf', () => {
  const [a, b] = messages(inner(DOCUMENT, 8) ?? new Map(), 2);
  const get = inner(a, 2, 2);

  it('writes the head of the document', () => {
    expect(text(DOCUMENT, 1)).toBe('2.0');
    expect([text(inner(DOCUMENT, 2), 1), text(inner(DOCUMENT, 2), 2)]).toEqual(['Kubernetes', 'v1.36.0']);
    expect(text(inner(DOCUMENT, 12, 1), 1)).toBe('BearerToken');
    expect(text(inner(DOCUMENT, 13, 1, 2, 2), 2)).toBe('authorization');
  });

  it('writes paths and operations in order', () => {
    expect([text(a, 1), text(b, 1)]).toEqual(['/a', '/b']);
    expect(text(get, 5)).toBe('first');
    expect(get?.get(6)?.map(textOf)).toEqual(['x/1', 'x/2']);
    expect(text(inner(get, 9, 1), 1)).toBe('200');
    expect(text(inner(get, 9, 1, 2, 1, 2, 1), 1)).toBe('#/definitions/T');
  });

  it('writes extensions as YAML', () => {
    expect(text(inner(get, 13), 1)).toBe('x-kubernetes-group-version-kind');
    expect(JSON.parse(text(inner(get, 13, 2), 2))).toEqual({ group: '', kind: 'T', version: 'v1' });
  });

  it('writes parameters of every kind', () => {
    const [reference, query] = messages(get ?? new Map(), 8);
    expect(text(inner(reference, 2), 1)).toBe('#/parameters/p');
    expect([text(inner(query, 1, 2, 3), 4), inner(query, 1, 2, 3)?.get(20)]).toEqual(['q', [1]]);
    expect([text(inner(a, 2, 8, 8, 1, 1), 2), inner(a, 2, 8, 8, 1, 1)?.get(4)]).toEqual(['body', [1]]);
    expect(text(inner(b, 2, 9, 1, 2, 4), 4)).toBe('name');
  });

  it('writes schemas', () => {
    const [t, u] = messages(inner(DOCUMENT, 9) ?? new Map(), 1).map((named) => inner(named, 2));
    const [first, second] = messages(inner(t, 25) ?? new Map(), 1);
    expect([text(t, 4), text(inner(t, 22), 1), t?.get(19)?.map(textOf)]).toEqual(['Größe', 'object', ['a', 'b']]);
    expect([text(first, 1), text(inner(first, 2, 23, 1), 1)]).toEqual(['a', '#/definitions/U']);
    expect([text(inner(first, 2, 31), 1), text(inner(first, 2, 31, 2), 2)]).toEqual(['x-kubernetes-patch-strategy', '"merge"\n']);
    expect(text(inner(second, 2, 21, 1, 22), 1)).toBe('string');
    expect([u?.get(7), u?.get(11), u?.get(16)]).toEqual([[0.5], [300], [1]]);
  });
});
