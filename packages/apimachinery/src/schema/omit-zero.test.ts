import { decodeObject } from './decode';
import type { Schema } from './schema';

const schema: Schema = {
  type: 'object',
  properties: {
    plainText: { type: 'string', omitZero: true },
    plainNumber: { type: 'integer', format: 'int32', omitZero: true },
    plainBool: { type: 'boolean', omitZero: true },
    pointer: { type: 'boolean' },
  },
};

describe('zero values', () => {
  it('of fields that are no pointers are dropped', () => {
    const { value } = decodeObject(schema, { plainText: '', plainNumber: 0, plainBool: false, pointer: false });
    expect(value).toEqual({ pointer: false });
  });

  it('are all that is dropped', () => {
    const given = { plainText: ' ', plainNumber: -1, plainBool: true, pointer: true };
    expect(decodeObject(schema, { ...given }).value).toEqual(given);
  });
});
