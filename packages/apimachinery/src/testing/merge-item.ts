import type { Schema } from '../schema/schema';

const string: Schema = { type: 'string' };
const number: Schema = { type: 'integer', format: 'int32' };
/** The type that upstream's own tests merge: every combination of list, element, strategy and merge key. */
export const mergeItem: Schema = {
  type: 'object',
  name: 'strategicpatch.MergeItem',
  properties: {
    name: string,
    value: string,
    other: string,
    size: number,
    get mergingList(): Schema {
      return { type: 'array', items: mergeItem, patchStrategy: ['merge'], patchMergeKey: 'name' };
    },
    get noKeyList(): Schema {
      return { type: 'array', items: mergeItem, patchStrategy: ['merge'] };
    },
    get nonMergingList(): Schema {
      return { type: 'array', items: mergeItem };
    },
    mergingIntList: { type: 'array', items: number, patchStrategy: ['merge'] },
    nonMergingIntList: { type: 'array', items: number },
    simpleMap: { type: 'object', additionalProperties: string },
    replacingItem: { type: 'object', name: 'runtime.RawExtension', preserveUnknownFields: true, patchStrategy: ['replace'] },
    raw: { type: 'object', name: 'runtime.RawExtension', preserveUnknownFields: true },
    mapOfMaps: { type: 'object', additionalProperties: { type: 'object', additionalProperties: string } },
    lists: { type: 'array', items: { type: 'array', items: string }, patchStrategy: ['merge'] },
    get retainKeysMap(): Schema {
      return { ...mergeItem, patchStrategy: ['retainKeys'] };
    },
    get retainKeysMergingList(): Schema {
      return { type: 'array', items: mergeItem, patchStrategy: ['merge', 'retainKeys'], patchMergeKey: 'name' };
    },
  },
};

/** Elements that hold nothing but their merge key. */
export const named = (...names: (string | number)[]) => names.map((name) => ({ name }));
