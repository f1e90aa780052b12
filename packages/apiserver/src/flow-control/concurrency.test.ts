import { allocate, divideSeats } from './concurrency';
import { SeatDemandIntegrator, smoothDemand } from './seat-demand';

describe('divideSeats', () => {
  it('gives upstream\'s default levels their seats of 600', () => {
    const levels = [
      ['exempt', 0, 0], ['catch-all', 5, 0], ['system', 30, 33], ['node-high', 40, 25],
      ['leader-election', 10, 0], ['workload-high', 40, 50], ['workload-low', 100, 90], ['global-default', 20, 50],
    ] as const;
    const limits = divideSeats(levels.map(([, shares, lendablePercent]) => ({ shares, lendablePercent, borrowingLimitPercent: undefined })), 600);
    expect(Object.fromEntries(levels.map(([name], i) => [name, [limits[i]?.nominal, limits[i]?.lower, limits[i]?.upper]]))).toEqual({
      exempt: [0, 0, 600],
      'catch-all': [13, 13, 613],
      system: [74, 50, 674],
      'node-high': [98, 73, 698],
      'leader-election': [25, 25, 625],
      'workload-high': [98, 49, 698],
      'workload-low': [245, 24, 845],
      'global-default': [49, 24, 649],
    });
  });

  it('keeps to the borrowing limit', () => {
    expect(divideSeats([{ shares: 1, lendablePercent: 100, borrowingLimitPercent: 50 }], 10)).toEqual([{ nominal: 10, lower: 0, upper: 15 }]);
  });
});

describe('allocate', () => {
  it.each([
    ['in proportion', 10, [[1, 0, 10], [3, 0, 10]], [2.5, 7.5]],
    ['not under a lower bound', 10, [[4, 4, 10], [12, 0, 20]], [4, 6]],
    ['not over an upper bound', 10, [[1, 0, 10], [3, 0, 5]], [5, 5]],
    ['exactly the lower bounds', 6, [[4, 4, 10], [2, 2, 3]], [4, 2]],
    ['exactly the upper bounds', 13, [[4, 4, 10], [2, 2, 3]], [10, 3]],
    ['with targets of nothing', 4, [[0, 0, 10], [0, 0, 10]], [2, 2]],
    ['nothing', 0, [[0, 0, 10], [1, 0, 10]], [0, 0]],
  ])('divides %s', (_what, sum, claims, expected) => {
    const found = allocate(sum, claims.map(([target = 0, lower = 0, upper = 0]) => ({ target, lower, upper })));
    expect(found?.parts.map((part) => Number(part.toFixed(6)))).toEqual(expected);
  });

  it('says so where the bounds leave no way', () => {
    expect(allocate(1, [{ target: 2, lower: 2, upper: 3 }])).toBeUndefined();
    expect(allocate(4, [{ target: 2, lower: 2, upper: 3 }])).toBeUndefined();
  });

  it('keeps its rules on random problems', () => {
    let seed = 7;
    const random = (max: number): number => (seed = (seed * 48271) % 2147483647) % max;
    for (let i = 0; i < 300; i += 1) {
      const claims = Array.from({ length: 1 + random(6) }, () => {
        const lower = random(10);
        return { lower, target: lower + random(20), upper: lower + random(30) };
      });
      const low = claims.reduce((total, { lower }) => total + lower, 0);
      const high = claims.reduce((total, { upper }) => total + upper, 0);
      const sum = low + random(high - low + 1);
      const { parts, fraction } = allocate(sum, claims) ?? { parts: [], fraction: NaN };
      expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 5);
      parts.forEach((part, j) => {
        const { lower, upper, target } = claims[j]!;
        expect(part).toBeGreaterThanOrEqual(lower);
        expect(part).toBeLessThanOrEqual(upper);
        const fair = fraction * Math.max(target, 0.001);
        if (part > fair + 1e-6) expect(part).toBe(lower);
        if (part < fair - 1e-6) expect(part).toBe(upper);
      });
    }
  });
});

describe('seat demand', () => {
  it('weighs by time', () => {
    const demand = new SeatDemandIntegrator(0);
    demand.set(10, 5);
    demand.set(0, 10);
    expect(demand.reset(20)).toEqual({ average: 2.5, deviation: Math.sqrt(18.75), highest: 10 });
    expect(demand.reset(30)).toEqual({ average: 0, deviation: 0, highest: 0 });
  });

  it('rises at once and falls slowly', () => {
    expect(smoothDemand(1, { average: 8, deviation: 2, highest: 20 })).toBe(10);
    expect(smoothDemand(10, { average: 0, deviation: 0, highest: 0 })).toBeCloseTo(9.77);
  });
});
