import { countIndexes, firstCommonIndex, IndexesError, parseIndexes } from './indexes';

describe('parseIndexes', () => {
  it.each<[string, number]>([
    ['', 0],
    ['0', 1],
    ['0-3,5', 5],
    ['1,3,5-7', 5],
  ])('counts %p as %d', (text, count) => {
    expect(countIndexes(parseIndexes(text, 10))).toBe(count);
  });

  it.each<[string, string]>([
    ['10', 'too large index: "10"'],
    ['a', 'cannot convert string to integer for index: "a"'],
    ['3-1', 'non-increasing order, previous: 3, current: 1'],
    ['1,1', 'non-increasing order, previous: 1, current: 1'],
    ['1-2-3', `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`],
  ])('refuses %p', (text, message) => {
    expect(() => parseIndexes(text, 10)).toThrow(new IndexesError(message));
  });

  it('finds what two lists share', () => {
    expect(firstCommonIndex(parseIndexes('0-3,7', 10), parseIndexes('5-8', 10))).toBe(7);
    expect(firstCommonIndex(parseIndexes('0-3', 10), parseIndexes('4', 10))).toBeUndefined();
  });
});
