import { mergeOpenAPIv2 } from './merge-v2';

const reference = (name: string): { $ref: string } => ({ $ref: `#/definitions/${name}` });

it('adds the paths below /apis that are not there yet, with what they refer to', () => {
  const own = { swagger: '2.0', paths: { '/apis/a/v1/': { get: 'own' } }, definitions: { Meta: { type: 'object' }, Same: { type: 'string' } } };
  const other = {
    paths: { '/apis/a/v1/': { get: 'other' }, '/apis/b/v1/x': { get: { schema: reference('X') } }, '/version': {} },
    definitions: { X: { properties: { meta: reference('Meta'), same: reference('Same') } }, Meta: { type: 'object', description: 'newer' }, Same: { type: 'string' }, Unused: {} },
  };
  expect(mergeOpenAPIv2(own, other)).toEqual({
    swagger: '2.0',
    paths: { '/apis/a/v1/': { get: 'own' }, '/apis/b/v1/x': { get: { schema: reference('X') } } },
    definitions: {
      Meta: { type: 'object' },
      Same: { type: 'string' },
      X: { properties: { meta: reference('Meta_v2'), same: reference('Same') } },
      Meta_v2: { type: 'object', description: 'newer' },
    },
  });
});

it('follows what refers to itself to its end', () => {
  const other = { paths: { '/apis/b/v1/x': reference('X') }, definitions: { X: { items: reference('X') } } };
  expect(mergeOpenAPIv2({}, other)).toEqual({ paths: other.paths, definitions: other.definitions });
});
