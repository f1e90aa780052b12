import { countCommon, countOf, firstFree, formatIntervals, hasIndex, parseIntervals, union, withIndexes } from './intervals';

it.each([
  ['', 9, ''],
  ['1,3-5,7', 9, '1,3-5,7'],
  ['1,2', 9, '1,2'],
  ['0-1,2,3', 9, '0-3'],
  ['1,3-8', 5, '1,3,4'],
  ['x,2,3-y', 9, '2'],
])('reads %p below %i as %p', (text, completions, expected) => {
  expect(formatIntervals(parseIntervals(text, completions))).toBe(expected);
});

it.each([
  ['1-3', [4], '1-4'],
  ['1,5', [3, 2, 4], '1-5'],
  ['', [0, 9], '0,9'],
])('adds to %p the indexes %p', (text, indexes, expected) => {
  expect(formatIntervals(withIndexes(parseIntervals(text, 20), indexes))).toBe(expected);
});

it('counts, joins, and finds', () => {
  const [a, b] = [parseIntervals('0-4,8-9', 20), parseIntervals('3-8', 20)];
  expect([countOf(a), countCommon(a, b), formatIntervals(union(a, b))]).toEqual([7, 3, '0-9']);
  expect([0, 4, 5, 7, 8, 10].map((index) => hasIndex(a, index))).toEqual([true, true, false, false, true, false]);
});

it.each([
  ['', 3, 2, [0, 1]],
  ['0,2', 2, 9, [1, 3]],
  ['0-8', 5, 9, []],
  ['0-3,6', 9, 8, [4, 5, 7]],
])('finds besides %p the first %i of %i', (taken, count, completions, expected) => {
  expect(firstFree(parseIntervals(taken, 99), count, completions)).toEqual(expected);
});
