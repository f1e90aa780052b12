import { CpuRates } from './cpu-rates';

const SECOND = 1_000_000_000;

it('is what was used between two rounds, by the time between them', () => {
  const rates = new CpuRates();
  const round = (nanoseconds: number, at: number): number | undefined => {
    const rate = rates.rate('a', nanoseconds, at);
    rates.endRound();
    return rate;
  };
  expect(round(5 * SECOND, 0)).toBeUndefined();
  expect(round(6 * SECOND, 10_000)).toBe(SECOND / 10);
  // Too soon to tell anew.
  expect(round(7 * SECOND, 10_500)).toBe(SECOND / 10);
  expect(round(7 * SECOND, 12_000)).toBe(SECOND / 2);
  // The count began anew.
  expect(round(SECOND, 20_000)).toBeUndefined();
  expect(round(2 * SECOND, 30_000)).toBe(SECOND / 10);
});
