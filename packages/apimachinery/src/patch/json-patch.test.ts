import fc from 'fast-check';
import { applyJsonPatch, decodeJsonPatch } from './json-patch';
import { PatchError } from './patch-error';

fc.configureGlobal({ seed: 36 });

describe('applyJsonPatch', () => {
  it.each<[string, unknown, unknown, unknown]>([
    ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['replaces a member by adding', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
    ['inserts an element', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    ['appends an element', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    ['appends by the index after the last', { a: [1] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2] }],
    ['counts from behind the end', { a: [1, 2] }, [{ op: 'add', path: '/a/-1', value: 3 }], { a: [1, 2, 3] }],
    ['counts to the front', { a: [1, 2] }, [{ op: 'add', path: '/a/-3', value: 0 }], { a: [0, 1, 2] }],
    ['adds null without a value', {}, [{ op: 'add', path: '/a' }], { a: null }],
    ['adds null', {}, [{ op: 'add', path: '/a', value: null }], { a: null }],
    ['takes an empty key', {}, [{ op: 'add', path: '/', value: 1 }], { '': 1 }],
    ['decodes escapes', { 'a/b': { '~c': 1 } }, [{ op: 'replace', path: '/a~1b/~0c', value: 2 }], { 'a/b': { '~c': 2 } }],
    ['decodes escapes in order', { '~1': 1 }, [{ op: 'remove', path: '/~01' }], {}],
    ['removes a member', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
    ['removes an element', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/1' }], { a: [1, 3] }],
    ['removes the last element', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/-1' }], { a: [1, 2] }],
    ['removes null', { a: null }, [{ op: 'remove', path: '/a' }], {}],
    ['replaces a member', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: [] }], { a: { b: [] } }],
    ['replaces an element', { a: [1, 2] }, [{ op: 'replace', path: '/a/-1', value: 3 }], { a: [1, 3] }],
    ['replaces a member that is not there', {}, [{ op: 'replace', path: '/a', value: 1 }], { a: 1 }],
    [
      'replaces everything',
      { a: 1 },
      [
        { op: 'replace', path: '', value: { b: 1 } },
        { op: 'add', path: '/c', value: 2 },
      ],
      { b: 1, c: 2 },
    ],
    ['moves', { a: { b: 1 }, c: [] }, [{ op: 'move', from: '/a/b', path: '/c/0' }], { a: {}, c: [1] }],
    ['copies', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [
      'copies apart',
      { a: { b: 1 } },
      [
        { op: 'add', path: '/a/x', value: 1 },
        { op: 'copy', from: '/a', path: '/c' },
        { op: 'add', path: '/c/d', value: 2 },
      ],
      { a: { b: 1, x: 1 }, c: { b: 1, x: 1, d: 2 } },
    ],
    ['copies nothing as null', {}, [{ op: 'copy', from: '/a', path: '/b' }], { b: null }],
    [
      'copies big integers',
      { a: [9007199254740993n] },
      [{ op: 'copy', from: '/a', path: '/b' }],
      { a: [9007199254740993n], b: [9007199254740993n] },
    ],
    [
      'tests',
      { a: { b: [1, { c: 'x' }] } },
      [{ op: 'test', path: '/a', value: { b: [1, { c: 'x' }] } }],
      { a: { b: [1, { c: 'x' }] } },
    ],
    [
      'tests a missing member for null',
      {},
      [
        { op: 'test', path: '/a', value: null },
        { op: 'test', path: '/b' },
      ],
      {},
    ],
    ['tests everything', { a: 1 }, [{ op: 'test', path: '', value: { a: 1 } }], { a: 1 }],
    ['keeps __proto__ as data', {}, [{ op: 'add', path: '/__proto__', value: { x: 1 } }], JSON.parse('{"__proto__":{"x":1}}')],
    [
      'changes what it added',
      {},
      [
        { op: 'add', path: '/a', value: {} },
        { op: 'add', path: '/a/b', value: 1 },
      ],
      { a: { b: 1 } },
    ],
    ['does nothing', { a: 1 }, [], { a: 1 }],
    ['does nothing for null', { a: 1 }, null, { a: 1 }],
  ])('%s', (_, document, patch, result) => {
    const documentBefore = structuredClone(document);
    const patchBefore = structuredClone(patch);
    expect(applyJsonPatch(document, patch)).toEqual(result);
    expect(document).toEqual(documentBefore);
    expect(patch).toEqual(patchBefore);
  });

  it.each<[unknown, unknown, number, string]>([
    [
      {},
      [{ op: 'add', path: '/x/y', value: 1 }],
      422,
      'add operation does not apply: doc is missing path: "/x/y": missing value',
    ],
    [{}, [{ op: 'add', path: '', value: 1 }], 422, 'add operation does not apply: doc is missing path: "": missing value'],
    [
      { a: 1 },
      [{ op: 'add', path: '/a/b', value: 1 }],
      422,
      'add operation does not apply: doc is missing path: "/a/b": missing value',
    ],
    [
      { a: [] },
      [{ op: 'add', path: '/a/x/y' }],
      422,
      'add operation does not apply: doc is missing path: "/a/x/y": missing value',
    ],
    [{}, [{ op: 'add' }], 422, 'add operation failed to decode path: missing value'],
    [
      { a: [] },
      [{ op: 'add', path: '/a/1' }],
      422,
      "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced",
    ],
    [
      { a: [] },
      [{ op: 'add', path: '/a/x' }],
      422,
      "error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax",
    ],
    [
      {},
      [{ op: 'remove', path: '/a' }],
      422,
      "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value",
    ],
    [{}, [{ op: 'remove', path: '/a/b' }], 422, 'remove operation does not apply: doc is missing path: "/a/b": missing value'],
    [
      { a: [1] },
      [{ op: 'remove', path: '/a/-2' }],
      422,
      "error in remove for path: '/a/-2': Unable to access invalid index: -2: invalid index referenced",
    ],
    [
      { a: [1] },
      [{ op: 'remove', path: '/a/99999999999999999999' }],
      422,
      'error in remove for path: \'/a/99999999999999999999\': strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    [
      {},
      [{ op: 'remove', path: '/constructor' }],
      422,
      "error in remove for path: '/constructor': Unable to remove nonexistent key: constructor: missing value",
    ],
    [{}, [{ op: 'replace', path: '/a/b' }], 422, 'replace operation does not apply: doc is missing path: /a/b: missing value'],
    [
      { a: [] },
      [{ op: 'replace', path: '/a/0' }],
      422,
      'replace operation does not apply: doc is missing key: /a/0: missing value',
    ],
    [{}, [{ op: 'replace' }], 422, 'replace operation failed to decode path: operation missing path field: missing value'],
    [{}, [{ op: 'move', path: '/a' }], 422, 'move operation failed to decode from: operation, missing from field: missing value'],
    [
      {},
      [{ op: 'move', from: '/a/b', path: '/c' }],
      422,
      'move operation does not apply: doc is missing from path: /a/b: missing value',
    ],
    [
      {},
      [{ op: 'move', from: '/a', path: '/c' }],
      422,
      "error in move for path: 'a': Unable to remove nonexistent key: a: missing value",
    ],
    [
      { a: {} },
      [{ op: 'move', from: '/a', path: '/a/b' }],
      422,
      'move operation does not apply: doc is missing destination path: /a/b: missing value',
    ],
    [
      {},
      [{ op: 'copy', from: '/a/b', path: '/c' }],
      422,
      'copy operation does not apply: doc is missing from path: /a/b: missing value',
    ],
    [
      { a: 1 },
      [{ op: 'copy', from: '/a', path: '/b/c' }],
      422,
      'copy operation does not apply: doc is missing destination path: /b/c: missing value',
    ],
    [{ a: 1 }, [{ op: 'test', path: '/a', value: 2 }], 422, 'testing value /a failed: test failed'],
    [{ a: 1 }, [{ op: 'test', path: '/a' }], 422, 'testing value /a failed: test failed'],
    [{ a: [1] }, [{ op: 'test', path: '/a', value: { 0: 1 } }], 422, 'testing value /a failed: test failed'],
    [{}, [{ op: 'test', path: '/a/b' }], 422, 'test operation does not apply: is missing path: /a/b: missing value'],
    [{}, [{ op: 'explode', path: '/a' }], 422, 'Unexpected kind: explode'],
    [{}, [{ path: '/a' }], 422, 'Unexpected kind: unknown'],
    [{}, [null], 422, 'Unexpected kind: unknown'],
    [{}, { op: 'add' }, 400, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    [{}, ['x'], 400, 'error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp'],
    [
      {},
      [{ op: 'add', path: 5 }],
      400,
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string',
    ],
    [
      {},
      Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/a' })),
      413,
      'The allowed maximum operations in a JSON patch is 10000, got 10001',
    ],
  ])('%j with %j', (document, patch, code, message) => {
    let caught: unknown;
    try {
      applyJsonPatch(document, patch);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(PatchError);
    expect(caught).toMatchObject({ code, message });
  });

  it('limits what copies add', () => {
    const double = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
    expect(() => applyJsonPatch({ a: ['some text'] }, double)).toThrow(
      /^Unable to complete the copy, the accumulated size increase of copy is \d+, exceeding/,
    );
  });

  it('applies 10,000 operations on one list quickly', () => {
    const patch = Array.from({ length: 10_000 }, (_, i) => ({ op: 'add', path: '/a/-', value: i }));
    expect(applyJsonPatch({ a: [] }, patch)).toEqual({ a: Array.from({ length: 10_000 }, (_, i) => i) });
  });

  it('throws nothing but PatchErrors and changes nothing', () => {
    const path = fc.constantFrom('', '/', '/a', '/a/0', '/a/-', '/a/-1', '/b', '/b/a', '/b/c/d', '/__proto__', '/a/x', 'a');
    const operation = fc.record(
      {
        op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'none'),
        path,
        from: path,
        value: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    );
    const document = fc.record({ a: fc.array(fc.jsonValue()), b: fc.dictionary(fc.constantFrom('a', 'c'), fc.jsonValue()) });
    fc.assert(
      fc.property(
        document,
        fc.array(fc.oneof({ weight: 20, arbitrary: operation }, { weight: 1, arbitrary: fc.jsonValue() })),
        (doc, patch) => {
          const before = JSON.stringify([doc, patch]);
          try {
            applyJsonPatch(doc, patch);
          } catch (error) {
            expect(error).toBeInstanceOf(PatchError);
          }
          expect(JSON.stringify([doc, patch])).toBe(before);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('decodeJsonPatch', () => {
  it('tells unknown fields', () => {
    expect(decodeJsonPatch([{ op: 'add', path: '/a', foo: 1 }])).toEqual({
      operations: [{ op: 'add', path: '/a' }],
      unknownFields: ['[0].foo'],
    });
  });
});
