import { gzipSync } from 'node:zlib';
import { expandShared } from './expand-shared';

it('expands a document once for all who ask for it at a time, and while one of them still has it', async () => {
  const compressed = gzipSync('a document');
  const [first, second] = await Promise.all([expandShared(compressed), expandShared(compressed)]);
  expect(first?.toString()).toBe('a document');
  expect(second).toBe(first);
  expect(await expandShared(compressed)).toBe(first);
});

it('tells all who ask when a document is damaged', async () => {
  const damaged = Buffer.from('no gzip');
  await expect(Promise.all([expandShared(damaged), expandShared(damaged)])).rejects.toThrow('incorrect header check');
  await expect(expandShared(damaged)).rejects.toThrow('incorrect header check');
});
