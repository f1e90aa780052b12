import { mergeItem, named } from '../testing/merge-item';
import { PatchError } from './patch-error';
import { strategicMergePatch } from './strategic-merge-patch';

type JsonMap = Record<string, unknown>;

describe('strategicMergePatch refuses', () => {
  it.each<[string, JsonMap, unknown, number, string]>([
    ['a list', {}, [], 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['an unknown directive', {}, { $patch: 'explode', a: 1 }, 500, 'unknown patch type: explode in map: map[$patch:explode a:1]'],
    ['$patch: merge', {}, { $patch: 'merge' }, 500, 'unknown patch type: merge in map: map[$patch:merge]'],
    ['a directive that is no string', {}, { $patch: 5 }, 500, 'unknown patch type: %!s(int64=5) in map: map[$patch:5]'],
    [
      'an element without merge key',
      { mergingList: named('a') },
      { mergingList: [{ value: 'x', size: 1.5, other: null }] },
      500,
      'map: map[other:<nil> size:1.5 value:x] does not contain declared merge key: name',
    ],
    [
      'a deletion without merge key',
      { mergingList: named('a') },
      { mergingList: [{ $patch: 'delete', value: 'x' }] },
      500,
      'map: map[$patch:delete value:x] does not contain declared merge key: name',
    ],
    [
      'a list directive merge',
      { mergingList: named('a') },
      { mergingList: [{ $patch: 'merge' }] },
      500,
      'merging lists cannot yet be specified in the patch',
    ],
    [
      'an unknown list directive',
      { mergingList: named('a') },
      { mergingList: [{ $patch: 'x' }] },
      500,
      'unknown patch type: x in map: map[$patch:x]',
    ],
    [
      'elements of several types',
      { mergingList: named('a') },
      { mergingList: ['b'] },
      500,
      'list element types are not identical: [[map[name:a]] [b]]',
    ],
    [
      'a null element',
      { mergingIntList: [1] },
      { mergingIntList: [null] },
      500,
      'list element types are not identical: [[1] [<nil>]]',
    ],
    [
      'lists of lists',
      { mergingIntList: [1] },
      { mergingIntList: [[1]] },
      500,
      'list element types are not identical: [[1] [[1]]]',
    ],
    ['lists of lists in both', { mergingIntList: [[1]] }, { mergingIntList: [[1]] }, 422, 'lists of lists are not supported'],
    ['a declared list of lists', { lists: [['a']] }, { lists: [['b']] }, 500, 'unexpected slice of slice'],
    [
      'a merge list without key',
      { noKeyList: named(1) },
      { noKeyList: named(2) },
      500,
      'cannot merge lists without merge key for struct',
    ],
    ['$retainKeys that is no list', {}, { $retainKeys: 'a' }, 400, 'invalid patch format of retainKeys'],
    ['a field $retainKeys does not name', {}, { $retainKeys: ['name'], value: 'x' }, 400, 'invalid patch format of retainKeys'],
    ['a bad deletion list', {}, { $deleteFromPrimitiveList: [1] }, 400, 'invalid patch format of primitive list'],
    ['a bad order list', {}, { $setElementOrderX: [1] }, 400, 'invalid patch format of setElementOrder list'],
    [
      'an order that is no list',
      {},
      { '$setElementOrder/mergingList': 'a' },
      500,
      'expected a []interface {}, but received a string',
    ],
    [
      'an order of something that is no list',
      { name: 'a' },
      { '$setElementOrder/name': [1] },
      500,
      'expected a []interface {}, but received a string',
    ],
    [
      'an order of an unknown list',
      {},
      { '$setElementOrder/unknown': [1] },
      500,
      'unable to find api field in struct MergeItem for the json field "unknown"',
    ],
    [
      'a list in another order',
      { mergingIntList: [1] },
      { '$setElementOrder/mergingIntList': [1, 2], mergingIntList: [2, 1] },
      500,
      "the order in patch list:\n[2 1]\n doesn't match $setElementOrder list:\n[1 2]",
    ],
    [
      'a list the order does not name',
      { mergingList: [] },
      { '$setElementOrder/mergingList': named(1), mergingList: named(2) },
      500,
      "the order in patch list:\n[map[name:2]]\n doesn't match $setElementOrder list:\n[map[name:1]]",
    ],
    [
      'merging into a raw object',
      { raw: { a: { b: 1 } } },
      { raw: { a: { c: 1 } } },
      500,
      'unable to find api field in struct RawExtension for the json field "a"',
    ],
    [
      'merging maps of maps',
      { mapOfMaps: { a: { x: '1' } } },
      { mapOfMaps: { a: { y: '1' } } },
      500,
      'merging an object in json but data type is not struct, instead is: map',
    ],
  ])('%s', (_, original, patch, code, message) => {
    let caught: unknown;
    try {
      strategicMergePatch(original, patch, mergeItem);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(PatchError);
    expect(caught).toMatchObject({ code, message });
  });

  it('a patch nested too deeply', () => {
    let patch: unknown = {};
    for (let i = 0; i < 5_000; i++) patch = { mergingList: [patch] };
    expect(() => strategicMergePatch({}, patch, mergeItem)).toThrow(new PatchError(400, 'exceeded max depth'));
  });
});
