import { AnswerCache } from './answer-cache';
import { FakeClock } from './testing';

describe('AnswerCache', () => {
  it('asks once for those who wait together, and again when the time is over or nobody answered', async () => {
    const clock = new FakeClock();
    const cache = new AnswerCache<number>(clock, () => 10);
    let asked = 0;
    const ask = async (): Promise<number> => (asked += 1);
    expect(await Promise.all([cache.get('a', ask), cache.get('a', ask)])).toEqual([1, 1]);
    clock.advance(9);
    expect(await cache.get('a', ask)).toBe(1);
    clock.advance(1);
    expect(await cache.get('a', ask)).toBe(2);
    await expect(cache.get('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('b', ask)).toBe(3);
  });
});
