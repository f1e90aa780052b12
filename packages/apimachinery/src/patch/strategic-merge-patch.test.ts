import { mergeItem, named } from '../testing/merge-item';
import { strategicMergePatch } from './strategic-merge-patch';

type JsonMap = Record<string, unknown>;

interface Case {
  original: JsonMap;
  patch: unknown;
  result: JsonMap;
}

const MAPS: Record<string, Case> = {
  'adds to an empty map': { original: {}, patch: { name: 'a' }, result: { name: 'a' } },
  'adds a field': { original: { name: 'a' }, patch: { value: 'b' }, result: { name: 'a', value: 'b' } },
  'changes a field': { original: { name: 'a' }, patch: { name: 'b' }, result: { name: 'b' } },
  'deletes a field': { original: { name: 'a', value: 'b' }, patch: { value: null }, result: { name: 'a' } },
  'ignores the null of an absent field': { original: { name: 'a' }, patch: { value: null }, result: { name: 'a' } },
  'drops nulls inside of what it adds': {
    original: {},
    patch: { simpleMap: { a: null, b: 'c' }, nonMergingList: [{ name: 'a', value: null }] },
    result: { simpleMap: { b: 'c' }, nonMergingList: [{ name: 'a' }] },
  },
  'replaces by another type': { original: { value: 'a' }, patch: { value: { b: null, c: 1 } }, result: { value: { c: 1 } } },
  'merges a map': {
    original: { simpleMap: { a: '1', b: '2' } },
    patch: { simpleMap: { b: '3', c: '4', a: null } },
    result: { simpleMap: { b: '3', c: '4' } },
  },
  'replaces a map whose strategy is replace': {
    original: { replacingItem: { a: 1 } },
    patch: { replacingItem: { b: 2 } },
    result: { replacingItem: { b: 2 } },
  },
  '$patch: replace': { original: { name: 'a', value: 'b' }, patch: { $patch: 'replace', other: 'c' }, result: { other: 'c' } },
  '$patch: delete': { original: { name: 'a', value: 'b' }, patch: { $patch: 'delete', other: 'c' }, result: {} },
  '$patch: replace of a nested map': {
    original: { name: 'a', simpleMap: { a: '1' } },
    patch: { simpleMap: { $patch: 'replace', b: '2' } },
    result: { name: 'a', simpleMap: { b: '2' } },
  },
  '$patch: delete of a nested map': {
    original: { simpleMap: { a: '1' } },
    patch: { simpleMap: { $patch: 'delete' } },
    result: { simpleMap: {} },
  },
  'directives where there is nothing to merge with': {
    original: {},
    patch: { simpleMap: { $patch: 'delete' }, mergingList: [{ $patch: 'delete', name: 'a' }, { name: 'b' }] },
    result: { mergingList: [{ name: 'b' }] },
  },
  $retainKeys: {
    original: { retainKeysMap: { name: 'a', value: 'b', other: 'c' } },
    patch: { retainKeysMap: { $retainKeys: ['name', 'size'], size: 1, value: null } },
    result: { retainKeysMap: { name: 'a', size: 1 } },
  },
  '$retainKeys in a list': {
    original: {
      retainKeysMergingList: [
        { name: 'a', value: 'v', other: 'o' },
        { name: 'b', value: 'v' },
      ],
    },
    patch: { retainKeysMergingList: [{ $retainKeys: ['name', 'size'], name: 'a', size: 2 }] },
    result: {
      retainKeysMergingList: [
        { name: 'a', size: 2 },
        { name: 'b', value: 'v' },
      ],
    },
  },
  '$retainKeys beside parallel lists': {
    original: { retainKeysMap: { name: 'a', mergingIntList: [1, 2], value: 'b' } },
    patch: {
      retainKeysMap: {
        $retainKeys: ['name', 'mergingIntList'],
        '$setElementOrder/mergingIntList': [3, 1],
        '$deleteFromPrimitiveList/mergingIntList': [2],
        mergingIntList: [3],
      },
    },
    result: { retainKeysMap: { name: 'a', mergingIntList: [3, 1] } },
  },
  'a __proto__ key': {
    original: { simpleMap: {} },
    patch: JSON.parse('{"simpleMap":{"__proto__":"x"}}'),
    result: JSON.parse('{"simpleMap":{"__proto__":"x"}}'),
  },
  'a null patch': { original: { name: 'a' }, patch: null, result: { name: 'a' } },
};

const LISTS: Record<string, Case> = {
  'replaces a list without strategy': {
    original: { nonMergingList: named(1, 2), nonMergingIntList: [1, 2] },
    patch: { nonMergingList: named(3), nonMergingIntList: [3] },
    result: { nonMergingList: named(3), nonMergingIntList: [3] },
  },
  'merges elements by key': {
    original: { mergingList: [{ name: 'a' }, { name: 'b', value: 'x' }] },
    patch: { mergingList: [{ name: 'b', value: 'y', other: 'z' }, { name: 'c' }] },
    result: { mergingList: [{ name: 'a' }, { name: 'b', value: 'y', other: 'z' }, { name: 'c' }] },
  },
  'merges elements by a number key': {
    original: { mergingList: [{ name: 1, value: 'a' }, { name: 2 }] },
    patch: { mergingList: [{ name: 1, value: null }] },
    result: { mergingList: named(1, 2) },
  },
  'puts new elements before those only the server has': {
    original: { mergingList: named('a', 'b') },
    patch: { mergingList: named('c') },
    result: { mergingList: named('c', 'a', 'b') },
  },
  'merges nested lists': {
    original: { mergingList: [{ name: 'a', mergingList: [{ name: 'x', value: '1' }], mergingIntList: [1, 2] }] },
    patch: { mergingList: [{ name: 'a', mergingList: [{ name: 'y' }], mergingIntList: [3] }] },
    result: { mergingList: [{ name: 'a', mergingList: [{ name: 'y' }, { name: 'x', value: '1' }], mergingIntList: [3, 1, 2] }] },
  },
  'deletes an element': {
    original: { mergingList: named('a', 'b', 'c') },
    patch: {
      mergingList: [
        { $patch: 'delete', name: 'b' },
        { $patch: 'delete', name: 'none' },
      ],
    },
    result: { mergingList: named('a', 'c') },
  },
  'replaces the whole list': {
    original: { mergingList: named('a', 'b') },
    patch: { mergingList: [{ $patch: 'replace' }, { name: 'c' }] },
    result: { mergingList: named('c') },
  },
  'empties the list': {
    original: { mergingList: named('a', 'b') },
    patch: { mergingList: [{ $patch: 'replace' }] },
    result: { mergingList: [] },
  },
  'an empty patch list changes nothing': {
    original: { mergingList: named('a') },
    patch: { mergingList: [] },
    result: { mergingList: named('a') },
  },
  'adds scalars once': {
    original: { mergingIntList: [1, 2] },
    patch: { mergingIntList: [2, 3, 3] },
    result: { mergingIntList: [1, 2, 3] },
  },
  'deletes scalars': {
    original: { mergingIntList: [1, 2, 3, 2] },
    patch: { '$deleteFromPrimitiveList/mergingIntList': [2, 4] },
    result: { mergingIntList: [1, 3] },
  },
  'deletes scalars of a list without strategy': {
    original: { nonMergingIntList: [1, 2] },
    patch: { '$deleteFromPrimitiveList/nonMergingIntList': [2] },
    result: { nonMergingIntList: [1] },
  },
  'deletes scalars of no list': { original: {}, patch: { '$deleteFromPrimitiveList/mergingIntList': [2] }, result: {} },
  'a null list': { original: { mergingList: named('a') }, patch: { mergingList: null }, result: {} },
  'keeps the order of the live list for elements the patch names in that order': {
    original: { mergingList: named('a', 'b', 'c') },
    patch: {
      mergingList: [
        { name: 'a', value: '1' },
        { name: 'c', value: '3' },
      ],
    },
    result: { mergingList: [{ name: 'a', value: '1' }, { name: 'b' }, { name: 'c', value: '3' }] },
  },
  'prefers the order of the patch to that of the live list': {
    original: { mergingList: named('a', 'b', 'c') },
    patch: { mergingList: named('c', 'a') },
    result: { mergingList: named('b', 'c', 'a') },
  },
};

const ORDERS: Record<string, Case> = {
  'reorders elements': {
    original: { mergingList: named(1, 2, 3) },
    patch: { '$setElementOrder/mergingList': named(3, 1, 2) },
    result: { mergingList: named(3, 1, 2) },
  },
  'orders added, changed and deleted elements': {
    original: { mergingList: [{ name: 1 }, { name: 2 }, { name: 3 }] },
    patch: {
      '$setElementOrder/mergingList': named(4, 1, 3),
      mergingList: [{ name: 4 }, { name: 3, value: 'x' }, { name: 2, $patch: 'delete' }],
    },
    result: { mergingList: [{ name: 4 }, { name: 1 }, { name: 3, value: 'x' }] },
  },
  'keeps elements that only the server has': {
    original: { mergingList: named('a', 'server', 'b', 'c') },
    patch: { '$setElementOrder/mergingList': named('a', 'b', 'c', 'd'), mergingList: named('d') },
    result: { mergingList: named('a', 'server', 'b', 'c', 'd') },
  },
  'places server elements with best effort when the order changes': {
    original: { mergingList: named(1, 2, 'x', 3) },
    patch: { '$setElementOrder/mergingList': named(3, 2, 1) },
    result: { mergingList: named('x', 3, 2, 1) },
  },
  'orders an added list': {
    original: {},
    patch: { '$setElementOrder/mergingList': named(2, 1), mergingList: [{ name: 2 }, { name: 1, value: 'x' }] },
    result: { mergingList: [{ name: 2 }, { name: 1, value: 'x' }] },
  },
  'ignores an order without lists': { original: {}, patch: { '$setElementOrder/mergingList': named(1) }, result: {} },
  'ignores elements of the order that are nowhere': {
    original: { mergingList: named(1, 2) },
    patch: { '$setElementOrder/mergingList': named(5, 2, 4, 1) },
    result: { mergingList: named(2, 1) },
  },
  'reorders scalars': {
    original: { mergingIntList: [1, 2, 3] },
    patch: { '$setElementOrder/mergingIntList': [3, 1, 2] },
    result: { mergingIntList: [3, 1, 2] },
  },
  'orders added and deleted scalars': {
    original: { mergingIntList: [1, 2, 3] },
    patch: {
      '$setElementOrder/mergingIntList': [4, 3, 1],
      '$deleteFromPrimitiveList/mergingIntList': [2],
      mergingIntList: [4],
    },
    result: { mergingIntList: [4, 3, 1] },
  },
  'keeps scalars that only the server has': {
    original: { mergingIntList: [1, 9, 2] },
    patch: { '$setElementOrder/mergingIntList': [1, 2, 3], mergingIntList: [3] },
    result: { mergingIntList: [1, 9, 2, 3] },
  },
  'orders nested lists': {
    original: { mergingList: [{ name: 1, mergingIntList: [1, 2] }, { name: 2 }] },
    patch: {
      '$setElementOrder/mergingList': named(2, 1),
      mergingList: [{ name: 1, '$setElementOrder/mergingIntList': [2, 1] }],
    },
    result: { mergingList: [{ name: 2 }, { name: 1, mergingIntList: [2, 1] }] },
  },
};

describe.each([
  ['maps', MAPS],
  ['lists', LISTS],
  ['$setElementOrder', ORDERS],
])('strategicMergePatch: %s', (_, cases) => {
  it.each(Object.entries(cases))('%s', (_name, { original, patch, result }) => {
    const before = JSON.stringify([original, patch]);
    expect(JSON.stringify(strategicMergePatch(original, patch, mergeItem), sortKeys)).toBe(JSON.stringify(result, sortKeys));
    expect(JSON.stringify([original, patch])).toBe(before);
  });
});

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted: JsonMap = {};
  for (const [key, v] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    Object.defineProperty(sorted, key, { value: v, enumerable: true });
  }
  return sorted;
}
