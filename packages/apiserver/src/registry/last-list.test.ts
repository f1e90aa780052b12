import type { Entry } from '../cache/entry';
import { LastList } from './last-list';

const entry = (name: string): Entry => ({
  key: `/registry/configmaps/default/${name}`,
  namespace: 'default',
  name,
  revision: 1,
  bytes: Buffer.from('{}'),
  labels: undefined,
  fields: undefined,
});

describe('LastList', () => {
  const [a, b] = [entry('a'), entry('b')];

  it.each<[string, string, Entry[], boolean]>([
    ['the same entries under the same head', 'head', [a, b], true],
    ['another head', 'other', [a, b], false],
    ['fewer entries', 'head', [a], false],
    ['another state of an entry', 'head', [a, entry('b')], false],
  ])('joins for %s: only if needed', (_name, head, entries, isKept) => {
    const list = new LastList();
    const first = list.bytesOf('head', [a, b], () => Buffer.from('first'));
    expect(list.bytesOf(head, entries, () => Buffer.from('second'))).toEqual(isKept ? first : Buffer.from('second'));
  });
});
