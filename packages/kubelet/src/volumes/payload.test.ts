import { filesOfKeys } from './payload';

const data = { a: Buffer.from('1'), b: Buffer.from('2') };

it.each<[string, Parameters<typeof filesOfKeys>[1]['items'], Record<string, string>]>([
  ['all keys where none are named', undefined, { a: '1 644', b: '2 644' }],
  ['all keys where the list is empty', [], { a: '1 644', b: '2 644' }],
  ['those that are named, as they are to be', [{ key: 'b', path: 'x/y', mode: 0o400 }], { 'x/y': '2 400' }],
])('makes files of %s', (_, items, expected) => {
  const files = filesOfKeys(data, { items, mode: 0o644, optional: false, what: 'config' });
  expect(Object.fromEntries([...files].map(([path, file]) => [path, `${file.data.toString()} ${file.mode.toString(8)}`]))).toEqual(expected);
});

it('misses a key that must be there', () => {
  const options = { items: [{ key: 'c', path: 'c' }], mode: 0o644, what: 'config' };
  expect(() => filesOfKeys(data, { ...options, optional: false })).toThrow('references non-existent config key: c');
  expect(filesOfKeys(data, { ...options, optional: true }).size).toBe(0);
});
