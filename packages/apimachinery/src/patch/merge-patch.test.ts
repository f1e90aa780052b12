import fc from 'fast-check';
import { applyMergePatch, createTwoWayMergePatch } from './merge-patch';
import { PatchError } from './patch-error';

fc.configureGlobal({ seed: 36 });

describe('applyMergePatch', () => {
  it.each<[unknown, unknown, unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], { a: 'b', c: null }, { a: 'b' }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{}, { a: [null, { b: null }] }, { a: [null, {}] }],
    [{ a: null }, { a: { b: null } }, { a: {} }],
    [{ a: { b: 1 } }, { a: [1] }, { a: [1] }],
    [{ a: 1 }, {}, { a: 1 }],
    [{}, JSON.parse('{"__proto__":{"x":1}}'), JSON.parse('{"__proto__":{"x":1}}')],
  ])('%j and %j', (original, patch, result) => {
    const before = JSON.stringify([original, patch]);
    expect(applyMergePatch(original, patch)).toEqual(result);
    expect(JSON.stringify([original, patch])).toBe(before);
  });

  it.each<[unknown, string]>([
    [null, 'Invalid JSON Patch'],
    [[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
  ])('refuses %j', (patch, message) => {
    expect(() => applyMergePatch({}, patch)).toThrow(new PatchError(400, message));
  });
});

describe('createTwoWayMergePatch', () => {
  it.each([
    [
      { a: 1, b: { c: 1, d: 2 }, e: [1] },
      { a: 2, b: { c: 1 }, e: [1], f: 'x' },
      { a: 2, b: { d: null }, f: 'x' },
    ],
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: [1, 2] }, { a: [2, 1] }, { a: [2, 1] }],
  ])('%j to %j', (original, modified, patch) => {
    expect(createTwoWayMergePatch(original, modified)).toEqual(patch);
  });

  it('gives a patch that makes the one of the other', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer(),
        fc.string(),
        fc.boolean(),
        tie('map'),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
      map: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value'), { maxKeys: 3 }),
    }));
    const map = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value);
    fc.assert(
      fc.property(map, map, (original, modified) => {
        expect(applyMergePatch(original, createTwoWayMergePatch(original, modified))).toEqual(modified);
      }),
    );
  });
});
