import { FakeClock } from '@typekube/component-base/testing';
import { Backoff } from './backoff';

it('doubles up to its limit, and begins anew after a quiet time', () => {
  const clock = new FakeClock();
  const options = { initialMilliseconds: 800, maxMilliseconds: 3000, resetMilliseconds: 10_000, clock };
  const backoff = new Backoff(options);
  expect([1, 2, 3, 4].map(() => backoff.next())).toEqual([800, 1600, 3000, 3000]);
  clock.advance(10_001);
  expect(backoff.next()).toBe(800);
  backoff.reset();
  expect(backoff.next()).toBe(800);
});

it('adds a share by chance', () => {
  const backoff = new Backoff({ initialMilliseconds: 100, maxMilliseconds: 100, jitter: 1, random: () => 0.5 });
  expect(backoff.next()).toBe(150);
});
