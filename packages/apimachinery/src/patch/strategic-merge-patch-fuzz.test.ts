import fc from 'fast-check';
import { mergeItem, named } from '../testing/merge-item';
import { PatchError } from './patch-error';
import { strategicMergePatch } from './strategic-merge-patch';

fc.configureGlobal({ seed: 36 });

type JsonMap = Record<string, unknown>;

describe('strategicMergePatch with arbitrary input', () => {
  const scalar = fc.oneof(
    fc.constantFrom('a', 'b', 'delete', 'replace', 'merge'),
    fc.integer({ min: 0, max: 3 }),
    fc.constant(null),
  );
  const key = fc.constantFrom(
    ...Object.keys(mergeItem.properties ?? {}),
    '$patch',
    '$retainKeys',
    '$setElementOrder/mergingList',
    '$setElementOrder/mergingIntList',
    '$deleteFromPrimitiveList/mergingIntList',
    '__proto__',
  );
  const { value } = fc.letrec<{ value: unknown; map: JsonMap; list: unknown[] }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, scalar, tie('map'), tie('list')),
    map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    list: fc.array(tie('value'), { maxLength: 4 }),
  }));

  it('throws nothing but PatchErrors and changes nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 6 }), value, (original, patch) => {
        const before = JSON.stringify([original, patch]);
        try {
          strategicMergePatch(original, patch, mergeItem);
        } catch (error) {
          expect(error).toBeInstanceOf(PatchError);
        }
        expect(JSON.stringify([original, patch])).toBe(before);
      }),
      { numRuns: 3000 },
    );
  });

  it('brings a list into any order', () => {
    const names = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, (live, wanted) => {
        const original = { mergingList: named(...live) };
        const patch = { '$setElementOrder/mergingList': named(...wanted), mergingList: named(...wanted) };
        if (live.length === 0 && wanted.length === 0) return;
        const merged = strategicMergePatch(original, patch, mergeItem).mergingList;
        const order = (merged as { name: number }[]).map(({ name }) => name);
        expect(order.filter((name) => wanted.includes(name))).toEqual(wanted);
        expect(order.filter((name) => !wanted.includes(name))).toEqual(live.filter((name) => !wanted.includes(name)));
      }),
    );
  });
});
