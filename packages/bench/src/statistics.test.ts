import { median, medianOf, percentile } from './statistics';

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing does not exist', () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it('is taken of one figure of each sample', () => {
    expect(medianOf([{ rate: 10 }, { rate: 30 }, { rate: 20 }], ({ rate }) => rate)).toBe(20);
  });
});

it('finds percentiles', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect([percentile(values, 0.99), percentile(values, 0.5), percentile(values, 0), percentile([7], 0.99)]).toEqual([198, 100, 1, 7]);
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});
